import { useState } from 'react';
import { useMultiplePipelineState, useSSEConnectionState, useSSEFallbackState, useTransport } from 'pipeline-status/react';
import { PipelineRow } from './pipeline-row';

export function Board({ ids }: { ids: readonly string[] }) {
  const [isOpen, setOpen] = useState(true);
  return (
    <main>
      <header>
        <h1>Pipelines</h1>
        <Connection />
      </header>
      {isOpen && <List ids={ids} />}
      <button onClick={() => setOpen(!isOpen)}>{isOpen ? 'Hide the list' : 'Show the list'}</button>
    </main>
  );
}

function List({ ids }: { ids: readonly string[] }) {
  const statuses = useMultiplePipelineState(ids);
  const active = ids.filter(id => statuses[id] === 'active').length;
  const isInDoubt = useTransport()?.stalled;
  return (
    <>
      <p>{active} of {ids.length} active{isInDoubt && ', as told last'}</p>
      <ul>{ids.map(id => <PipelineRow key={id} id={id} />)}</ul>
    </>
  );
}

function Connection() {
  const state = useSSEConnectionState();
  const { isFallbackActive, resetFallback } = useSSEFallbackState();
  return isFallbackActive
    ? <p className="connection">Asking every 2 s <button onClick={resetFallback}>Go live again</button></p>
    : <p className="connection" data-connection-state={state}>{state}</p>;
}
