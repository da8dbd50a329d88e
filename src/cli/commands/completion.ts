import { Argument, type Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { withExamples } from './client-command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
/** The shells that there is completion for. */
export type Shell = (typeof SHELLS)[number];

/** What can stand behind the words of a command. */
interface Node {
  /** The words, such as `rooms list`; empty for the program itself. */
  path: string;
  commands: readonly Command[];
  options: readonly string[];
}

/** A command and all below it, with all names that they have. */
function nodesOf(command: Command, path = ''): Node[] {
  const options = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  const below = command.commands.flatMap((sub) => nodesOf(sub, `${path} ${sub.name()}`.trim()));
  return [{ path, commands: command.commands, options: [...options, '--help'] }, ...below];
}

const wordsOf = ({ commands, options }: Node) => [...commands.map((command) => command.name()), ...options].join(' ');

/** `#1` = a shell's own way to go through the words before the cursor, in which the path is put together from words that are commands. */
function pathCases(nodes: readonly Node[]): string {
  return nodes.flatMap(({ path }) => (path === '' ? [] : [`"${path}"`])).join('|');
}

function bash(nodes: readonly Node[]): string {
  return `_webstreamer() {
  local word at=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in
      ${pathCases(nodes)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${nodes.map((node) => `    "${node.path}") COMPREPLY=($(compgen -W "${wordsOf(node)}" -- "\${COMP_WORDS[COMP_CWORD]}")) ;;`).join('\n')}
  esac
}
complete -o default -F _webstreamer webstreamer
`;
}

function zsh(nodes: readonly Node[]): string {
  return `#compdef webstreamer
_webstreamer() {
  local word at=""
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      (${pathCases(nodes)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${nodes.map((node) => `    ("${node.path}") compadd -- ${wordsOf(node)} ;;`).join('\n')}
  esac
}
compdef _webstreamer webstreamer
`;
}

/** Text in single quotes of fish. */
const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

function fish(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, commands, options }) => {
    const names = commands.map((command) => command.name()).join(' ');
    const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
    const here = path === '' ? '__fish_use_subcommand' : seen.join('; and ');
    const condition = path === '' || names === '' ? here : `${here}; and not __fish_seen_subcommand_from ${names}`;
    return [
      ...commands.map(
        (sub) => `complete -c webstreamer -f -n ${quoted(condition)} -a ${sub.name()} -d ${quoted(sub.description())}`,
      ),
      ...options.map((option) => `complete -c webstreamer -n ${quoted(condition)} -l ${option.slice(2)}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** The completion of a program for a shell, as a script of that shell. */
export function completionScript(program: Command, shell: Shell): string {
  return { bash, zsh, fish }[shell](nodesOf(program));
}

/** `webstreamer completion`; comes last, as it tells of all others. */
export function addCompletionCommand(program: Command, terminal: Terminal): void {
  withExamples(
    program
      .command('completion')
      .description('print what makes a shell complete the commands')
      .addArgument(new Argument('<shell>').choices(SHELLS))
      .allowExcessArguments(false)
      .action((shell: Shell) => {
        terminal.write(completionScript(program, shell));
      }),
    'source <(webstreamer completion bash)     # in ~/.bashrc',
    'webstreamer completion zsh > ~/.zfunc/_webstreamer',
    'webstreamer completion fish > ~/.config/fish/completions/webstreamer.fish',
  );
}
