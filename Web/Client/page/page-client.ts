import { browserEnvironment, pipelineStatus } from '../pipeline-status.js';
import { EventTap } from './event-tap.js';

/** What came over the wire, for those parts of the page that show it. */
export const events = new EventTap();

/** The client of this page. Whoever else asks the library for it gets this one. */
export const client = pipelineStatus(events.over(browserEnvironment()));
