/** What the shells complete, by the help text of a tool: tests hold that text against its table of options. */

export interface Completions {
  readonly bash: string;
  readonly zsh: string;
  readonly fish: string;
}

interface Option {
  /** Without dashes, as `output` and `o`. */
  readonly long: string;
  readonly short: string | undefined;
  /** What its value is, as `DIR`; undefined for a flag. */
  readonly value: string | undefined;
  readonly text: string;
}

interface Command {
  readonly name: string;
  readonly text: string;
}

/** The options of a help text. @internal exported for tests */
export function optionsOf(help: string): Option[] {
  // One blank before the word for a value, several before the text: `-o, --output DIR   folder of ...`.
  const lines = help.matchAll(/^ {2}(?:-(\w),| {3}) --([a-z-]+)(?: (\S+))? +(\S.*(?:\n {20,}\S.*)*)/gm);
  const found = new Map<string, Option>();
  for (const [, short, long = "", value, text = ""] of lines) {
    if (!found.has(long)) found.set(long, { long, short, value, text: brief(text) });
  }
  return [...found.values()];
}

/** The commands of a help text. @internal exported for tests */
export function commandsOf(help: string): Command[] {
  const [, section = ""] = /^Commands:\n((?: .*\n)+)/m.exec(help) ?? [];
  const lines = section.matchAll(/^ {2}([a-z]+)(?: (?:--|[A-Z]).*?(?= {2}))?\s+(\S.*(?:\n {9,}[^\s-].*)*)/gm);
  return [...lines].map(([, name = "", text = ""]) => ({ name, text: brief(text) }));
}

/** The first words of a text, up to where it begins to explain. */
function brief(text: string): string {
  const [first = ""] = text.replaceAll(/\s+/g, " ").split(/[;:(]|, as /);
  const words = first.trim().replace(/,$/, "");
  return words.length <= 70 ? words : words.slice(0, words.lastIndexOf(" ", 70));
}

type Kind = "flag" | "file" | "folder" | "word";

function kindOf({ long, value }: Option): Kind {
  if (value === undefined) return "flag";
  if (value === "DIR" || value === "FOLDER" || value === "TARGET") return "folder";
  return value.startsWith("FILE") || long.endsWith("-file") ? "file" : "word";
}

const dashed = ({ long, short }: Option): string[] => [
  `--${long}`,
  ...(short === undefined ? [] : [`-${short}`]),
];

/** The completions of a tool for three shells. */
export function completions(tool: string, help: string): Completions {
  const options = optionsOf(help);
  const commands = commandsOf(help);
  return {
    bash: bash(tool, options, commands),
    zsh: zsh(tool, options, commands),
    fish: fish(tool, options, commands),
  };
}

function bash(tool: string, options: readonly Option[], commands: readonly Command[]): string {
  const of = (...kinds: Kind[]): string[] =>
    options.filter((one) => kinds.includes(kindOf(one))).flatMap(dashed);
  const cases = [
    ...(of("file", "folder").length === 0 ? [] : [`    ${of("file", "folder").join(" | ")}) return ;;`]),
    ...(of("word").length === 0
      ? []
      : [
          `    ${of("word").join(" | ")})`,
          "      compopt +o default +o bashdefault",
          "      return",
          "      ;;",
        ]),
  ];
  const name = `_${tool.replaceAll("-", "_")}`;
  const words = options.flatMap(dashed).join(" ");
  const first = commands.map((command) => command.name).join(" ");
  return `# ${tool}: completion for bash
${name}() {
  local word=\${COMP_WORDS[COMP_CWORD]}
  case \${COMP_WORDS[COMP_CWORD - 1]} in
${cases.join("\n")}
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${words}" -- "$word")
  elif ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "${first}" -- "$word")
  fi
}
complete -o default -o bashdefault -F ${name} ${tool}
`;
}

function zsh(tool: string, options: readonly Option[], commands: readonly Command[]): string {
  const plain = (text: string): string => text.replaceAll(/['"\\`$[\]:]/g, " ");
  const actions = { flag: "", file: ":FILE:_files", folder: ":FOLDER:_directories", word: ":VALUE: " };
  const specs = options.flatMap((option) => {
    const kind = kindOf(option);
    const rest = `[${plain(option.text)}]${actions[kind]}`;
    const short = option.short === undefined ? [] : [`'*-${option.short}${rest}'`];
    return [...short, `'*--${option.long}${kind === "flag" ? "" : "="}${rest}'`];
  });
  const list = commands.map(({ name, text }) => `    '${name}:${plain(text)}'`);
  const first = `_${tool.replaceAll("-", "_")}_first`;
  return `#compdef ${tool}
# ${tool}: completion for zsh
${first}() {
  local -a commands=(
${list.join("\n")}
  )
  _describe command commands
  _files
}
_arguments \\
  ${specs.join(" \\\n  ")} \\
  '1: :${first}' \\
  '*: :_files'
`;
}

function fish(tool: string, options: readonly Option[], commands: readonly Command[]): string {
  const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
  const values = { flag: "", file: " -r -F", folder: " -r -F", word: " -x" };
  return [
    `# ${tool}: completion for fish`,
    ...commands.map(
      ({ name, text }) => `complete -c ${tool} -n __fish_is_first_token -a ${name} -d ${quoted(text)}`,
    ),
    ...options.map((option) => {
      const short = option.short === undefined ? "" : ` -s ${option.short}`;
      return `complete -c ${tool}${short} -l ${option.long}${values[kindOf(option)]} -d ${quoted(option.text)}`;
    }),
    "",
  ].join("\n");
}
