#!/usr/bin/env python3
"""Watches pipelines: prints each status as it is told, comes back by itself, and says what it knows.

    pipeline_status.py http://localhost:5080 orders billing
    +invoices-eu        a line on standard input watches one more, -billing one fewer
"""
import http.client, json, random, sys, threading, time, urllib.parse

PATH = '/ui-api/pipeline/status/stream'
base = urllib.parse.urlsplit(sys.argv[1])
wanted, statuses, last_id, handle, revision = set(sys.argv[2:]), {}, None, None, 0

def connection(timeout):
    kind = http.client.HTTPSConnection if base.scheme == 'https' else http.client.HTTPConnection
    return kind(base.netloc, timeout=timeout)

def known():  # docs/protocol.md, "Resume with little"
    names = ','.join(sorted(statuses)).encode()
    def fnv1a(h):
        for byte in names: h = (h ^ byte) * 0x01000193 & 0xffffffff
        return '%08x' % h
    return fnv1a(0x811c9dc5) + fnv1a(0x7ee3623a)

def watch_requests():
    global revision
    for line in sys.stdin:
        sign, name = line[0], line[1:].strip()
        wanted.add(name) if sign == '+' else wanted.discard(name)
        if sign == '-': statuses.pop(name, None)
        revision += 1
        body = json.dumps({'stream': handle, 'revision': revision, 'add' if sign == '+' else 'remove': [name]})
        try:
            post = connection(5)
            post.request('POST', PATH + '/watch', body, {'Content-Type': 'application/json'})
            if post.getresponse().status == 202: continue
        except OSError: pass
        stream.sock.shutdown(2)  # a new stream is for all that is wanted

def take(event, data):
    global handle, revision
    if event == 'batch_update':
        if handle is None and not data.get('partial'): statuses.clear()  # the first of a stream says all there is
        for update in data['updates']: statuses[update['pipelineId']] = update['status']
        for update in data['updates']: print(update['pipelineId'], update['status'], flush=True)
    elif event == 'status_update':
        statuses[data['pipelineId']] = data['status']
        print(data['pipelineId'], data['status'], flush=True)
    elif event == 'stream': handle, revision = data['stream'], 0
    elif event == 'error':
        if data['code'] == 'pipeline_not_found': statuses.pop(data['pipelineId'], None)
        print('!', data['code'], data.get('pipelineId', ''), data['message'], flush=True)

threading.Thread(target=watch_requests, daemon=True).start()
failures = 0
while True:
    try:
        stream, handle, event = connection(45), None, None  # the server is heard every 30 s
        query = {'pipelineIds': ','.join(wanted), 'watch': 1}
        if last_id: query |= {'lastEventId': last_id, 'known': known()}
        stream.request('GET', PATH + '?' + urllib.parse.urlencode(query), headers={'Accept': 'text/event-stream'})
        response = stream.getresponse()
        if response.status != 200: raise OSError(f'{response.status} {response.read().decode()}')
        for line in response:
            field, _, value = line.decode().rstrip('\n').partition(': ')
            if field == 'event': event = value
            elif field == 'id': last_id = value
            elif field == 'data': failures = 0; take(event, json.loads(value))
    except (OSError, http.client.HTTPException) as problem: print('!', problem, flush=True)
    failures += 1
    time.sleep(min(2 ** (failures - 1), 30) * (1 + random.random() / 5))
