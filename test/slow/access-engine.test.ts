import { describeEngine } from '../access/engine-properties.ts';

describeEngine(500);
