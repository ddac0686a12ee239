// The least that a program of Node can do with a command: start it by what child_process itself stands on, and end with its
// status. No lock, no signal, no time limit, no record. Usage: start-floor.cjs COMMAND [ARGUMENT...]
const { Process } = process.binding("process_wrap");

const child = new Process();
// oxlint-disable-next-line unicorn/prefer-add-event-listener -- it has no other way
child.onexit = (status) => process.reallyExit(status);
const stdio = [0, 1, 2].map((fd) => ({ type: "inherit", fd }));
child.spawn({ file: process.argv[2], args: process.argv.slice(2), stdio });
