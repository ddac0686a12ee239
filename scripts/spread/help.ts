/** The text of `vlf-spread --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-spread cut --work DIR [--parts N] [--scheme NAMES] < INSTANCES
       vlf-spread count --work DIR --sshloginfile FILE [OPTION]...
       vlf-spread join --work DIR > COUNTS
       vlf-spread run --work DIR PART... | --index N
       vlf-spread list --work DIR

Has an audit counted by several hosts: cuts a stream into parts of whole
customers, has vlf-audit count each on some host, and joins the results into the
bytes that one vlf-audit over the whole would give.

Commands:
  cut      cut standard input into parts in DIR; prints their names
  count    have GNU parallel count the parts without a result, over ssh; they go
           through the connection, and nothing of them is written on a host
  run      count parts on this machine: for Slurm, Kubernetes and slow hosts
  join     the counts of the whole, when all parts have a result
  list     each part, with who counted it

All:
      --work DIR          folder of the parts and results, private to you: it
                          holds a copy of the input

Cut:
      --parts N           parts at most (default: 16), each of whole customers;
                          what lies outside of customers is one more part
      --scheme NAMES      (or --schemes) rules to count by, as of vlf-audit
                          (default: voss-4)

Count:
      --sshloginfile FILE hosts, a line each, as GNU parallel has them: host,
                          user@host, 4/host for 4 audits at a time (default:
                          1), "ssh -p 2222 host", : for this machine
  -S, --sshlogin LIST     hosts, with commas; may be given more than once
      --retries N         attempts for a part, on another host if there is one
                          (default: 3)
      --timeout TIME      stop an attempt after so many seconds, 30m, 2h, or
                          percent of the usual time, as 500%, and try elsewhere
                          (default: never)
      --program COMMAND   how vlf-audit is called (default: vlf-audit); run too
      --dry-run           show the hosts, the parts and the command of parallel

Run:
      --index N           the part with this number, from 1; one that is not
                          there is no work

${COMMON_HELP}

Input:
  A record stream of vlf-collect, in any order. --config goes with cut: what the
  audit takes from vlf.toml is kept with the parts and goes to the hosts.

Output:
  Of cut the names of the parts, of join the records of vlf-audit, of list lines
  with tabs.

Exit status:
  0   done
  2   failed
  75  parts have no result, and the same command may bring it: a host was down

Examples:
  vlf-collect voss | vlf-spread cut --work month --parts 32
  vlf-spread count --work month --sshloginfile hosts
  vlf-spread join --work month | vlf-pack | vlf-ship
  vlf-spread run --work month --index "$SLURM_ARRAY_TASK_ID"
`;
