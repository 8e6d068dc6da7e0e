import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { run, start } from './rolegraph.ts';

test('--help names every command', async () => {
  const { code, stdout } = await run(['--help']);
  expect(code).toBe(0);
  for (const command of ['serve', 'authapi', 'token', 'plan', 'apply', 'export', 'schema'])
    expect(stdout).toContain(`\n  ${command} `);
});

test('--version prints the version of the package and nothing else', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
});

test('schema prints only SDL', async () => {
  const { code, stdout, stderr } = await run(['schema']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(Object.keys(buildSchema(stdout).getQueryType()?.getFields() ?? {})).toContain('viewer');
});

test('schema is silent when its reader has seen enough, as head has', async () => {
  const command = start(['schema']);
  command.stopReading();
  expect(await command.ended).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  [['serve', '--prot', '1'], "unknown option '--prot'", 'Did you mean --port?'],
  [['srve'], "unknown command 'srve'", 'Did you mean serve?'],
  [['token'], "missing required argument 'user'", '--help'],
  [['authapi', '--port', '70000'], 'authapiPort (flag --port) is "70000"', 'an integer from 0 to 65535'],
  [['--authorization-url', 'here'], 'authorizationUrl (flag --authorization-url) is "here"', 'http or https'],
  [['--config', 'missing.yaml'], 'missing.yaml cannot be read', 'check --config'],
])('%j is refused with what is wrong and what to do', async (args, wrong, advice) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(wrong);
  expect(stderr).toContain(advice);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a misspelt variable is refused', async () => {
  const { code, stderr } = await run(['serve'], { ROLEGRAPH_PROT: '1' });
  expect(code).toBe(1);
  expect(stderr).toBe(
    'rolegraph: Unknown environment variable ROLEGRAPH_PROT: did you mean ROLEGRAPH_PORT?\n',
  );
});

test('serve and token start beside a Service of our name, and serve says what it passed over', async () => {
  const env = { ROLEGRAPH_PORT: 'tcp://10.0.0.7:80', ROLEGRAPH_SERVICE_HOST: '10.0.0.7' };
  const gateway = start(
    ['serve', '--data', ':memory:', '--port', '0', '--authapi-port', '0', '--admin-port', '0'],
    env,
  );
  try {
    await gateway.printed(/GraphQL +(\S+)/);
    const [line] = gateway.stderr.split('\n').filter((text) => text.includes('enableServiceLinks'));
    expect(JSON.parse(line ?? '')).toMatchObject({ variables: Object.keys(env) });
  } finally {
    await gateway.stop();
  }
  const { stderr } = await run(['token', 'ada@example.com', '--data', 'not-there'], env);
  expect(stderr).not.toContain('setting');
  expect(stderr).toContain('not-there');
});
