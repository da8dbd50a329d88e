import type { Command } from 'commander';
import type { Config } from '../../protocol/config.ts';
import type { Finding } from '../doctor/finding.ts';
import { plain } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { withExamples } from './client-command.ts';

/** Checks the machine for a configuration. */
export type Diagnose = (config: Config) => Promise<Finding[]>;

interface Flags {
  json?: boolean;
  config?: string;
  host?: string;
  port?: number;
}

const MARKS = { ok: 'ok     ', warning: 'warning', broken: 'BROKEN ' };

/** Findings for people to read. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.map(({ check, status, what, todo }) => {
    const line = `${MARKS[status]}  ${check}: ${plain(what)}\n`;
    return todo === null ? line : `${line}         ${plain(todo)}\n`;
  });
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const [wrong, warnings] = [count('broken'), count('warning')];
  const sum = wrong + warnings === 0 ? 'Everything is as it should be.' : `${wrong} broken, ${warnings} to look at.`;
  return `${lines.join('')}\n${sum}\n`;
}

/** Completes `webstreamer doctor`. */
export function addDoctorCommand(
  command: Command,
  terminal: Terminal,
  diagnose: Diagnose,
  configOf: (flags: Flags) => Config,
): void {
  withExamples(
    command
      .description('check this machine: GStreamer, ports, addresses, TURN, certificate, and one real call')
      .option('--json', 'print JSON, for programs')
      .allowExcessArguments(false)
      .action(async (flags: Flags) => {
        const findings = await diagnose(configOf(flags));
        terminal.write(flags.json === true ? `${JSON.stringify(findings, null, 2)}\n` : findingsText(findings));
        if (findings.some(({ status }) => status === 'broken')) process.exitCode = 1;
      }),
    'webstreamer doctor --config /etc/webstreamer.yaml',
  );
}
