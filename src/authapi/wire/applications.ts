import { type Static, Type } from '@sinclair/typebox';
import type { AccessKeyRecord } from '../store/access-keys.ts';
import type { ApplicationRecord } from '../store/applications.ts';
import { Id, Line, Words } from './names.ts';

/** What a client sends of an application. */
export const ApplicationBody = Type.Object({
  name: { ...Words, description: 'Need not be unique' },
});

/** An application (contract section 4). */
export const Application = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdBy: Type.String(),
  updatedBy: Type.String(),
  createTime: Type.Integer(),
  updateTime: Type.Integer(),
});

/** A tag of an application (contract section 6). */
export const Tag = Type.Object({
  key: Type.String({ minLength: 1 }),
  value: Type.String(),
  type: Type.Optional(Type.String()),
});

/** A tag that is to be: of text that can be seen. */
export const NewTag = Type.Object({ ...Tag.properties, key: Id, value: Line });

/** An access key without its secret (contract section 7). */
export const AccessKey = Type.Object({
  id: Type.String(),
  createdAt: Type.Integer(),
  status: Type.Union([Type.Literal('ACTIVE'), Type.Literal('INACTIVE')]),
});

/** Writes an application: all six fields, and no more. */
export function applicationAnswer(application: ApplicationRecord): Static<typeof Application> {
  const { id, name, createdBy, updatedBy, createTime, updateTime } = application;
  return { id, name, createdBy, updatedBy, createTime, updateTime };
}

/** Writes an access key. */
export function accessKeyAnswer({ id, createdAt, status }: AccessKeyRecord): Static<typeof AccessKey> {
  return { id, createdAt, status };
}
