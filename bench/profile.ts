// Loaded before a server (`node --import …`): records a profile of the time between two signals SIGUSR2, so that start
// and warm-up are not in it. Chrome's developer tools and speedscope show the file as a flame graph.
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: 200 });

let last: Promise<void> = Promise.resolve();
let recording = false;

process.on('SIGUSR2', () => {
  recording = !recording;
  last = last.then(recording ? () => session.post('Profiler.start') : write);
});
// Most servers would end at once, and the profile would be lost.
process.once('SIGTERM', async () => {
  await last;
  process.exit();
});

async function write(): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  const folder = new URL('profiles/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${Date.now()}.cpuprofile`, folder), JSON.stringify(profile));
}
