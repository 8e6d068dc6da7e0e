import { Command } from 'commander';
import { closest } from '../config/closest.ts';
import { configFile, loadConfig } from '../config/load.ts';
import { description, version } from '../release.ts';
import { addAccessCommands } from './access/program.ts';
import { runAuthApi } from './authapi.ts';
import { explainFiles } from './explain.ts';
import { addFlags, authapiFlags, readFlags, serveFlags, tokenFlags } from './flags.ts';
import { printSchema } from './schema.ts';
import { serve } from './serve.ts';
import { printToken } from './token.ts';

/**
 * Runs the command line; resolves once the command is done or its servers listen.
 *
 * @param argv the process's arguments, the program's own two first.
 * @throws {Error} the command cannot do its work; the message is for the user. A faulty command line
 *   is answered by commander, which exits with 1.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  const name = argv[2];
  if (name !== undefined && !name.startsWith('-')) refuseUnknownCommand(program, name);
  await program.parseAsync(argv);
}

function createProgram(): Command {
  const program = new Command('rolegraph')
    .description(description)
    .version(version)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help to see what is possible)');

  const serveCommand = program
    .command('serve', { isDefault: true })
    .description('start the gateway, and the embedded API unless --authorization-url names another')
    .action(() => {
      const flags = readFlags(serveCommand, serveFlags);
      return serve({ file: configFile(flags), read: () => loadConfig(flags) });
    });
  addFlags(serveCommand, serveFlags);

  const authapiCommand = program
    .command('authapi')
    .description('start the embedded authorization API alone')
    .action(() => runAuthApi(loadConfig(readFlags(authapiCommand, authapiFlags))));
  addFlags(authapiCommand, authapiFlags);

  const tokenCommand = program
    .command('token')
    .argument('<user>', 'the id of a user, e.g. ada@example.com')
    .description('print a token for a user of the local data folder')
    .action((user: string) => printToken(user, loadConfig(readFlags(tokenCommand, tokenFlags))));
  addFlags(tokenCommand, tokenFlags);

  program
    .command('explain')
    .argument('<FILE...>', 'files of GraphQL operations and fragments, and folders of such files')
    .description('print the REST calls that operations make at worst, without running them')
    .option('--json', 'print JSON')
    .option('--max-calls <N>', 'exit with 1 if an operation makes more')
    .option('--records <N>', 'users, groups, roles and the like to reckon with, of each (default: 100)')
    .option('--variables <FILE>', 'JSON with values of variables; those left out are chosen')
    .action(explainFiles);

  addAccessCommands(program);
  program
    .command('schema')
    .description('print the GraphQL schema')
    .option('--federation', 'as the subgraph of Apollo Federation 2 that --federation makes it')
    .action(printSchema);
  return program;
}

function refuseUnknownCommand(program: Command, name: string): void {
  const names = [...program.commands.map((command) => command.name()), 'help'];
  if (names.includes(name)) return;
  const meant = closest(name, names);
  program.error(`error: unknown command '${name}'${meant ? ` (Did you mean ${meant}?)` : ''}`);
}
