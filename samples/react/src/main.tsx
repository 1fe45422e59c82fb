import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PipelineStatusProvider } from 'pipeline-status/react';
import { Board } from './board';

const ids = new URLSearchParams(location.search).get('ids') ?? 'payments-ledger,price-updates,invoices-eu,orders-import';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <PipelineStatusProvider config={{ endpoint: '/ui-api/pipeline/status/stream' }}>
      <Board ids={ids.split(',')} />
    </PipelineStatusProvider>
  </StrictMode>,
);
