import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedStatus, needsConfirmation, whyNot } from '../../artifacts/client/page/action-rules.js';
import { pipelineStatuses } from '../../artifacts/client/contracts.js';

const sensible = {
  pause: ['active'],
  resume: ['failed', 'paused', 'stopped'],
  stop: ['active', 'paused', 'starting'],
  terminate: ['active', 'failed', 'paused', 'pausing', 'resuming', 'starting', 'stopped', 'stopping'],
};

for (const [action, statuses] of Object.entries(sensible)) {
  test(`${action} makes sense for some statuses, and says why not for all others`, () => {
    const allowed = pipelineStatuses.filter(status => whyNot(action, status) === undefined);

    assert.deepEqual(allowed.sort(), [...statuses, 'unknown'].sort());
    for (const status of pipelineStatuses) {
      const reason = whyNot(action, status);
      if (reason !== undefined) assert.match(reason, new RegExp(`^It is ${status}.*\\.$`));
    }
  });
}

test('a reason says what is to come, what is so already, or what the action is for', () => {
  assert.equal(whyNot('pause', 'stopping'), 'It is stopping: wait until that is over.');
  assert.equal(whyNot('stop', 'stopped'), 'It is stopped already.');
  assert.equal(whyNot('resume', 'active'), 'It is active.');
  assert.equal(whyNot('pause', 'terminated'), 'It is terminated. Pause is for pipelines that are active.');
  assert.equal(whyNot('resume', 'terminated'), 'It is terminated. Resume is for pipelines that are paused, stopped or failed.');
});

test('what is not known here is left to the backend', () => {
  for (const status of pipelineStatuses) assert.equal(whyNot('roll-back', status), undefined);
  assert.equal(expectedStatus('roll-back'), undefined);
  assert.equal(needsConfirmation('roll-back'), false);
});

test('an action shows the status on the way to its end, and only terminate is asked about once more', () => {
  assert.deepEqual(Object.keys(sensible).map(expectedStatus), ['pausing', 'resuming', 'stopping', 'terminating']);
  assert.deepEqual(Object.keys(sensible).filter(needsConfirmation), ['terminate']);
});
