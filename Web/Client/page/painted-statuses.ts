/** The statuses, as of the first paint, of pipelines for which the server has painted no row; empty where it has painted all. */
export function paintedStatuses(): Map<string, string> {
  const block = document.querySelector('script[data-statuses]');
  const groups = block ? JSON.parse(block.textContent ?? '{}') as Record<string, readonly string[]> : {};
  return new Map(Object.entries(groups).flatMap(([status, ids]) => ids.map(id => [id, status] as const)));
}
