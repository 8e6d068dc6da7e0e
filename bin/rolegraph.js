#!/usr/bin/env node
// The package holds compiled JavaScript, for Node strips no types below node_modules; a checkout runs as it is written.
import { existsSync } from 'node:fs';

// The first whose HTTP server can be told which upgrades to ignore.
const OLDEST_NODE = 24.9;
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(
    `rolegraph: Node ${OLDEST_NODE} or later is needed, and this is ${process.versions.node}\n`,
  );
  process.exit(1);
}

const sources = new URL('../src/main.ts', import.meta.url);
await import(existsSync(sources) ? sources.href : '../dist/main.js');
