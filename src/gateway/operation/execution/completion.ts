import {
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Complete, Holder, Run } from './execution.ts';
import { SerializedListsOfField } from './serialized-lists.ts';

/** Reads what is asked of an object. */
export interface ObjectReader {
  read(run: Run, source: unknown): Holder;
}

/** The field whose values are completed. */
export interface CompletedField {
  /** Gives the reader of objects of the type with this name, which must be possible where the type `of` stands. */
  readerFor(typeName: string, of: GraphQLObjectType | GraphQLAbstractType): ObjectReader;
  /** What a type resolver is told about the field in one execution. */
  infoIn(run: Run): GraphQLResolveInfo;
}

/**
 * Makes the function that completes the values of one field (GraphQL specification, section 6.4.3). It throws for what
 * does not fit the type; what to say about it, and which parent is null then, is left to graphql-js.
 */
export function completion(type: GraphQLOutputType, field: CompletedField): Complete {
  if (isNonNullType(type)) {
    const complete = completion(type.ofType, field);
    return (run, value, into, key) => {
      if (value === null || value === undefined) throw DOES_NOT_FIT;
      complete(run, value, into, key);
    };
  }
  if (isListType(type)) return nullable(listOf(completion(type.ofType, field)));
  if (isLeafType(type)) return nullable(leafOf(type));
  return nullable(objectOf(type, field));
}

/** Carries no stack: graphql-js finds the fault again, and tells of it. */
const DOES_NOT_FIT = new Error('a value does not fit its type');

type Read = (run: Run, value: NonNullable<unknown>) => unknown;

function nullable(read: Read): Complete {
  return (run, value, into, key) => {
    into[key] = value === null || value === undefined ? null : read(run, value);
  };
}

function leafOf(type: GraphQLLeafType): Read {
  const isText = type.name === 'String' || type.name === 'ID';
  return (_run, value) => {
    if (isText && typeof value === 'string') return value;
    if (value instanceof Error) throw value;
    const serialised: unknown = type.serialize(value);
    if (serialised === null || serialised === undefined) throw DOES_NOT_FIT;
    return serialised;
  };
}

function listOf(complete: Complete): Read {
  const texts = new SerializedListsOfField();
  const completeItems = (run: Run, list: readonly unknown[]) => {
    const answer: unknown[] = [];
    for (let index = 0; index < list.length; index += 1) {
      answer.push(null);
      run.complete(list[index], complete, answer, index);
    }
    return answer;
  };
  return (run, value) => {
    if (!Array.isArray(value)) throw DOES_NOT_FIT;
    return texts.complete(run, value, completeItems);
  };
}

function objectOf(type: GraphQLObjectType | GraphQLAbstractType, field: CompletedField): Read {
  // Made when the first such object comes: of many possible types, most never do.
  const readers = new Map<string, ObjectReader>();

  const typeNameOf = (abstract: GraphQLAbstractType, run: Run, value: object): unknown =>
    abstract.resolveType
      ? abstract.resolveType(value, run.context, field.infoIn(run), abstract)
      : (value as { __typename?: unknown }).__typename;

  return (run, value) => {
    if (value instanceof Error) throw value;
    const typeName = isObjectType(type) ? type.name : typeNameOf(type, run, value);
    if (typeof typeName !== 'string') throw DOES_NOT_FIT;
    let reader = readers.get(typeName);
    if (!reader) {
      reader = field.readerFor(typeName, type);
      readers.set(typeName, reader);
    }
    return reader.read(run, value);
  };
}
