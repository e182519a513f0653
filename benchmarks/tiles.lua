-- Requests for wrk: a random tile in one of a thousand contrasts, or one of a few tiles again and again.
-- Arguments: seed, columns, rows, number of tiles to repeat (0 for none), vmin, span, template.

local columns, rows, repeated, vmin, span, template

function init(args)
  math.randomseed(tonumber(args[1]))
  columns, rows = tonumber(args[2]), tonumber(args[3])
  repeated = tonumber(args[4])
  vmin, span = tonumber(args[5]), tonumber(args[6])
  template = args[7]
end

function request()
  local count = repeated > 0 and repeated or columns * rows
  local index = math.random(0, count - 1)
  local contrast = repeated > 0 and 1 or 0.5 + math.random(0, 999) / 1000
  local values = {
    x = string.format("%d", index % columns * 256),
    y = string.format("%d", math.floor(index / columns) * 256),
    i = string.format("%d", index),
    c = string.format("%.3f", contrast),
    v = string.format("%.8g", vmin + span / contrast),
    -- A number that is almost never repeated, so that the view is new.
    n = string.format("%.9f", vmin + span / contrast + math.random()),
  }
  return wrk.format("GET", (template:gsub("{(%w)}", values)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "bytes": %d, "errors": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
