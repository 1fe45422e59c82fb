import { pipelineStatuses, type PipelineFields, type PipelineStatus, type SSEEvent } from './contracts.js';

/** Data that is not what the event's name promises. */
export class StreamParseError extends Error {
  /** `eventName` is the name that the event came under. */
  constructor(readonly eventName: string, reason: string, options?: { cause?: unknown }) {
    super(`Event "${eventName}" could not be understood: ${reason}`, options);
    this.name = 'StreamParseError';
  }
}

/** The names a stream may use. `status_error` is `error` under the name a server can be told to use for it. */
export const eventNames = ['batch_update', 'status_update', 'heartbeat', 'error', 'status_error'] as const;

/** The names of events that a stream uses only when it is asked to. */
export const requestedEventNames = ['stream', 'list_changed', 'fields_update'] as const;

type Fields = Record<string, unknown>;

/** Reads one event of the stream, or the body of a poll (`batch_update`). Throws a StreamParseError. */
export function parseEvent(eventName: string, data: string): SSEEvent {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch (error) {
    throw new StreamParseError(eventName, 'its data is not JSON', { cause: error });
  }
  return readEvent(eventName, json);
}

/** As `parseEvent`, of JSON already read. */
export function readEvent(eventName: string, json: unknown): SSEEvent {
  const refuse = (reason: string): never => {
    throw new StreamParseError(eventName, reason);
  };
  const object = (value: unknown): Fields =>
    typeof value === 'object' && value && !Array.isArray(value) ? value as Fields : refuse('an object was expected');
  const required = (from: Fields, name: string): string => optional(from, name) || refuse(`"${name}" is missing`);
  const told = (value: unknown): { pipelineId: string; status: PipelineStatus; fields?: PipelineFields } => {
    const update = object(value);
    const fields = update['fields'] === undefined ? {} : { fields: object(update['fields']) };
    return { pipelineId: required(update, 'pipelineId'), status: status(required(update, 'status')), ...fields };
  };

  const fields = object(json);
  const { timestamp, updates } = fields;
  if (typeof timestamp !== 'number') return refuse('"timestamp" is not a number');
  switch (eventName) {
    case 'batch_update':
      if (!Array.isArray(updates)) return refuse('"updates" is not a list');
      return {
        type: eventName,
        timestamp,
        ...(typeof fields['revision'] === 'number' ? { revision: fields['revision'] } : {}),
        ...(fields['partial'] === true ? { partial: true } : {}),
        updates: updates.map(told),
      };
    case 'status_update': {
      const previous = optional(fields, 'previousStatus');
      return { type: eventName, timestamp, ...told(fields), ...(previous ? { previousStatus: status(previous) } : {}) };
    }
    case 'fields_update':
      return { type: eventName, timestamp, pipelineId: required(fields, 'pipelineId'), fields: object(fields['fields']) };
    case 'heartbeat':
      return { type: eventName, timestamp };
    case 'stream':
      return {
        type: eventName,
        timestamp,
        stream: required(fields, 'stream'),
        ...(typeof fields['expiresInMs'] === 'number' ? { expiresInMs: fields['expiresInMs'] } : {}),
      };
    case 'list_changed':
      return { type: eventName, timestamp, etag: required(fields, 'etag') };
    case 'error':
    case 'status_error': {
      const pipelineId = optional(fields, 'pipelineId');
      const message = optional(fields, 'message') ?? '';
      return { type: 'error', timestamp, message, code: required(fields, 'code'), ...(pipelineId ? { pipelineId } : {}) };
    }
    default:
      return refuse('there is no such event');
  }
}

function optional(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

/** A status that a newer server has invented is unknown here, and never guessed to be another. */
function status(value: string): PipelineStatus {
  return (pipelineStatuses as readonly string[]).includes(value) ? value as PipelineStatus : 'unknown';
}
