-- For wrk: sends requests in turn, and prints what came of it as JSON. The requests are added below by served.py.
local steps = {}
local turn = 0

function add(method, path, headers, body)
  table.insert(steps, {method = method, path = path, headers = headers, body = body})
end

function init()
  -- Made once: putting one together for each call would be the generator's own load.
  for _, step in ipairs(steps) do step.bytes = wrk.format(step.method, step.path, step.headers, step.body) end
end

function request()
  turn = turn % #steps + 1
  return steps[turn].bytes
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests": %d, "rate": %.1f, "bytes": %d, "errors": {"connect": %d, "read": %d, "write": %d, "status": %d, ' ..
      '"timeout": %d}, "p50_ms": %.2f, "p90_ms": %.2f, "p99_ms": %.2f, "max_ms": %.2f}',
    summary.requests, summary.requests / (summary.duration / 1e6), summary.bytes, errors.connect, errors.read, errors.write,
    errors.status, errors.timeout, latency:percentile(50) / 1000, latency:percentile(90) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000))
end
