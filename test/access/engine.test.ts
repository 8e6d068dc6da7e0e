import { describeEngine } from './engine-properties.ts';

// The slow suites try five times as many.
describeEngine(100);
