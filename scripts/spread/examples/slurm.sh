#!/bin/sh
#SBATCH --job-name=vlf-spread
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=02:00:00
#SBATCH --requeue
#SBATCH --output=vlf-spread-%A-%a.log

# Counts the part whose number is that of the array task. FOLDER is on a disk that all nodes share.
#   parts=$(vlf-collect voss | vlf-spread cut --work FOLDER --parts 64 | wc -l)
#   job=$(sbatch --parsable --array=1-"$parts" slurm.sh FOLDER)
#   sbatch --dependency=afterok:"$job" --wrap 'vlf-spread join --work FOLDER > counts.ndjson'
exec vlf-spread run --work "${1:?wanted the folder of the cut}" --index "$SLURM_ARRAY_TASK_ID"
