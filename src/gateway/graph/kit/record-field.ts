import type { Keyed } from '../../upstream/reading/read.ts';
import type { RecordLoader } from '../../upstream/reading/record-loader.ts';
import type { GraphContext } from '../context.ts';
import type { Reference } from '../references.ts';
import { pure } from './depends-on-parent.ts';

/**
 * Makes the field resolvers of one type: each picks something from the record behind a reference, which is read
 * first unless it came along. Null where there is no such record.
 *
 * What is picked depends on the record alone, neither on the time nor on who asks: it is written again as it was for the
 * same record (`graph/kit/depends-on-parent.ts`).
 *
 * @param loader which loader reads the records of this type.
 */
export function recordField<R extends Keyed>(loader: (context: GraphContext) => RecordLoader<R>) {
  return <V>(pick: (record: R) => V) =>
    pure(
      (
        reference: Reference<string, R>,
        _args: object,
        context: GraphContext,
      ): V | null | Promise<V | null> =>
        reference.record
          ? pick(reference.record)
          : loader(context)
              .load(reference.id)
              .then((record) => record && pick(record)),
    );
}
