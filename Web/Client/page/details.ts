import { offerActions } from './actions.js';
import { ChangeHistory } from './change-history.js';
import { FieldValues } from './field-values.js';
import { Latency } from './latency.js';
import { LivePage } from './live-page.js';
import { client } from './page-client.js';
import { Timeline } from './timeline.js';

const page = new LivePage();
const [pipeline] = page.pipelines;
const history = new ChangeHistory();
const timeline = new Timeline(pipeline);
const fields = new FieldValues();
const latency = new Latency(pipeline?.id);

page.start({
  changed: (before, snapshot) => history.add(before, snapshot),
  told: () => {
    timeline.tick();
    if (pipeline) fields.draw(client.getStatus(pipeline.id));
  },
  tick: () => {
    timeline.tick();
    latency.tick();
  },
});
offerActions(client);
