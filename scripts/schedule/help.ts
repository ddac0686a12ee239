/** The text of `vlf-schedule --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-schedule [--systemd] [--install | --remove] [OPTION]...
       vlf-schedule maintenance [on | off] [--home DIR]

Shows, installs and removes the schedule: monthly license audit, daily count,
subscriber data export, check of the report. All times are UTC.

What:
      --audit HH:MM       monthly license audit, on day 1 (default: 03:00)
      --count WHEN        daily count: HH:MM or no (default: 01:00)
      --export WHEN       data export: "weekly D HH:MM" with D from 0 for Sunday
                          to 6, "daily HH:MM" or no (default: weekly 0 06:00)
      --check WHEN        daily check whether the report of the month is there:
                          HH:MM or no (default: two and a half hours after the
                          audit)

How:
      --systemd           timers and services instead of crontab lines
      --install           show, and then install in the place of those before
      --remove            take out what was installed
      --home DIR          folder with vlf.toml and media/ (default: VLF_HOME,
                          else the home folder)
      --credentials DIR   folder with the credentials that vlf.toml names, a
                          file each (default: HOME/credentials)
      --zone NAME         time zone that cron goes by (default: the machine's)
      --as USER           user of the services (default: SUDO_USER, else you)
      --units DIR         folder of the units (default: /etc/systemd/system);
                          in another one nothing is started

Commands:
  maintenance on          start no scheduled job from now on
  maintenance off         start them again; says which jobs were left out
  maintenance             say whether it is on
  retry                   a job: deliver what waits in the spool of vlf-ship
  unit-failed UNIT        called by the units: tell that a service failed

${COMMON_HELP}

Output:
  The crontab lines or units.

Exit status:
  0  done
  2  failed

Examples:
  vlf-schedule --export "weekly 6 22:00"
  sudo vlf-schedule --systemd --install --home /srv/voss --as voss
  vlf-schedule maintenance on
`;
