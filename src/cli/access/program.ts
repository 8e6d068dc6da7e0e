import { type Command, InvalidArgumentError } from 'commander';
import type { GatewayAccessFlags } from '../../config/gateway-access.ts';
import type { ApplyFlags, PlanFlags } from './commands.ts';

/** More removals than these are seldom meant. */
const MAX_REMOVALS = 10;

/** Adds the commands that describe access in a file: `plan`, `apply` and `export`. */
export function addAccessCommands(program: Command): void {
  withGateway(program.command('plan'))
    .argument('<file>', 'description of access, YAML or JSON; - for standard input')
    .description('show what would make a description of access hold; exits with 2 if there is anything to do')
    .option('--prune', 'take away what the described sections and lists leave out')
    .option('--json', 'print the plan as JSON')
    .action(async (file: string, flags: PlanFlags) => (await commands()).planFile(file, flags));

  withGateway(program.command('apply'))
    .argument('<file>', 'description of access, YAML or JSON; - for standard input')
    .description('make a description of access hold')
    .option('--prune', 'take away what the described sections and lists leave out')
    .option('--yes', 'take it away without asking; needed where there is no terminal')
    .option(
      '--max-removals <N>',
      'do nothing if more changes than these take something away',
      wholeNumber,
      MAX_REMOVALS,
    )
    .action(async (file: string, flags: ApplyFlags) => (await commands()).applyFile(file, flags));

  withGateway(program.command('export'))
    .description('print a description of all users, groups, roles, applications and grants, as YAML')
    .action(async (flags: GatewayAccessFlags) => (await commands()).exportAll(flags));
}

function withGateway(command: Command): Command {
  return command
    .option(
      '--url <URL>',
      'GraphQL endpoint of the gateway (environment: ROLEGRAPH_URL; default: http://127.0.0.1:4000/graphql)',
    )
    .option('--token-file <FILE>', "file that holds an administrator's token (environment: ROLEGRAPH_TOKEN)");
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** Loaded when needed, so that other commands start as fast as before. */
function commands() {
  return import('./commands.ts');
}
