/** The text of `vlf-notify --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-notify run [--name JOB] [--timeout TIME] -- COMMAND...
       vlf-notify [--level LEVEL] [--name JOB] < RECORDS > RECORDS
       vlf-notify check | health | test | list | clear

Tells the right people and the network management system when the monthly run
fails, is late or never happens.

Commands:
  run -- COMMAND    run it and keep its exit status; raise an alert if that is
                    not 0, and remember the outcome
  (none)            filter: pass all records on, raise findings and deliveries
  check             is the report of this month there? raise an alert if not
  health            print VOSS's line until it is; nothing when all is well
  test              send one alert of each level to each target
  list              show the open alerts with their counts
  clear ID...       remove open alerts of these ids

Options:
      --name JOB          job that is run or looked at (default: license-audit,
                          the monthly run, told of in VOSS's words)
      --timeout TIME      run: stop it after this time, as 90s, 15m, 2h
      --kill-after TIME   run: send SIGKILL so long after the SIGTERM of the
                          limit (default: 10s)
      --wait TIME         run: wait so long for others of its group (default 2h)
      --group NAME        run: never at the same time as others of this group;
                          may be given more than once (default: exports)
      --level LEVEL       filter: raise from here up: info, warn, error
                          (default); test: only this one
      --again             check: raise it although it was raised before
      --exit-status       check, health: status 1 when something is wrong
      --plugin            health: one line and the statuses of monitoring
                          plug-ins: 0 ok, 1 warning, 2 critical, 3 unknown
      --all               clear: all open alerts
      --dry-run           say what would be sent or run, and do nothing

${COMMON_HELP}

Input:
  Filter: any stream of records; finding and delivery are looked at. Others:
  none, run leaves standard input to its command.

Output:
  Filter: the records of the input, alert. check, test, list: begin, alert, end.
  run: that of its command. health: text.

Exit status:
  run: that of its command, 128+n when it died of signal n, 126 or 127 when it
  could not be started; 75 when it was not, since another run is under way
  0  done, also when an alert was raised
  1  with --exit-status: something is wrong
  2  failed; test and check: an alert could not be sent
  75 the same, and it may work later

Examples:
  vlf-notify run --timeout 4h -- /usr/local/bin/monthly-audit
  vlf-collect files in | vlf-audit | vlf-pack | vlf-ship | vlf-notify > receipts
  vlf-notify test --dry-run
`;
