import {
  pipelineStatuses, type PipelineStatus, type SSEBatchUpdateEvent, type SSEErrorEvent, type SSEEvent,
  type SSEStatusUpdateEvent,
} from './contracts.js';

/** Data that is not what the event's name promises. */
export class StreamParseError extends Error {
  constructor(readonly eventName: string, reason: string, options?: ErrorOptions) {
    super(`Event "${eventName}" could not be understood: ${reason}`, options);
    this.name = 'StreamParseError';
  }
}

/** The names a stream may use. `status_error` is `error` under the name a server can be told to use for it. */
export const eventNames = ['batch_update', 'status_update', 'heartbeat', 'error', 'status_error'] as const;

const known = new Set<string>(pipelineStatuses);

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
  const fields = asObject(eventName, json);
  const timestamp = fields['timestamp'];
  if (typeof timestamp !== 'number') throw new StreamParseError(eventName, '"timestamp" is not a number');
  switch (eventName) {
    case 'batch_update':
      return readBatch(eventName, timestamp, fields);
    case 'status_update':
      return readUpdate(eventName, timestamp, fields);
    case 'heartbeat':
      return { type: 'heartbeat', timestamp };
    case 'error':
    case 'status_error':
      return readError(eventName, timestamp, fields);
    default:
      throw new StreamParseError(eventName, 'there is no such event');
  }
}

function readBatch(eventName: string, timestamp: number, fields: Record<string, unknown>): SSEBatchUpdateEvent {
  const updates = fields['updates'];
  if (!Array.isArray(updates)) throw new StreamParseError(eventName, '"updates" is not a list');
  return {
    type: 'batch_update',
    timestamp,
    updates: updates.map(item => {
      const update = asObject(eventName, item);
      return { pipelineId: text(eventName, update, 'pipelineId'), status: status(text(eventName, update, 'status')) };
    }),
  };
}

function readUpdate(eventName: string, timestamp: number, fields: Record<string, unknown>): SSEStatusUpdateEvent {
  const previous = fields['previousStatus'];
  return {
    type: 'status_update',
    timestamp,
    pipelineId: text(eventName, fields, 'pipelineId'),
    status: status(text(eventName, fields, 'status')),
    ...(typeof previous === 'string' ? { previousStatus: status(previous) } : {}),
  };
}

function readError(eventName: string, timestamp: number, fields: Record<string, unknown>): SSEErrorEvent {
  const pipelineId = fields['pipelineId'];
  const message = fields['message'];
  return {
    type: 'error',
    timestamp,
    message: typeof message === 'string' ? message : '',
    code: text(eventName, fields, 'code'),
    ...(typeof pipelineId === 'string' ? { pipelineId } : {}),
  };
}

function asObject(eventName: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new StreamParseError(eventName, 'an object was expected');
}

function text(eventName: string, fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new StreamParseError(eventName, `"${name}" is missing`);
}

/** A status that a newer server has invented is unknown here, and never guessed to be another. */
function status(value: string): PipelineStatus {
  return known.has(value) ? (value as PipelineStatus) : 'unknown';
}
