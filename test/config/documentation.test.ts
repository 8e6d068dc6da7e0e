import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Setting, settingList } from '../../src/config/settings.ts';

const readme = new URL('../../README.md', import.meta.url);
const example = new URL('../../.env.example', import.meta.url);

// `npx vitest run test/config -u` writes both files anew.
test('the README lists every setting with its variable, flag, default and description', async () => {
  const text = await readFile(readme, 'utf8');
  const section = /(<!-- configuration: .*? -->\n).*?(<!-- end of configuration -->)/s;
  expect(text).toMatch(section);
  const current = text.replace(section, (_, start, end) => `${start}\n${configurationTable()}\n${end}`);
  await expect(current).toMatchFileSnapshot(readme.pathname);
});

test('.env.example holds every variable, commented out, with its default', async () => {
  await expect(environmentExample()).toMatchFileSnapshot(example.pathname);
});

test('every setting says what it does and what is allowed', () => {
  for (const { description, allowed } of settingList) {
    expect(description).toMatch(/^[A-Z].*[^.]$/);
    expect(allowed).not.toBe('');
  }
});

function configurationTable(): string {
  const rows = settingList.map(
    (setting) =>
      `| \`${setting.name}\` | \`${setting.variable}\` | ${flagOf(setting)} | ${defaultOf(setting)} | ${setting.description}${setting.reloadable ? ' ↻' : ''} |\n`,
  );
  return `| Setting | Environment | Flag | Default | What it does |\n| --- | --- | --- | --- | --- |\n${rows.join('')}`;
}

function flagOf({ flag, flagName }: Setting): string {
  if (flag === undefined) return '';
  return flag === null ? `\`--${flagName}\`, \`--no-${flagName}\`` : `\`--${flagName} ${flag}\``;
}

function defaultOf(setting: Setting): string {
  return setting.defaultText ?? `\`${String(setting.default)}\``;
}

function environmentExample(): string {
  const entries = settingList.map((setting) => {
    const value = setting.defaultText === undefined ? String(setting.default) : '';
    const otherwise = setting.defaultText === undefined ? '' : ` Default: ${setting.defaultText}.`;
    return `# ${setting.description}.${otherwise}\n# Allowed: ${setting.allowed}.\n#${setting.variable}=${value}\n`;
  });
  const head = `# Settings of Rolegraph. Copy to .env, uncomment what you change, and start with:
#   npx node --env-file=.env src/main.ts

# Configuration file, YAML or JSON, over which these variables win.
#ROLEGRAPH_CONFIG=
`;
  return [head, ...entries].join('\n');
}
