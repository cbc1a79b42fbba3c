-- For wrk: sends randomly drawn requests from the file REQUESTS (separated by NUL) and prints the result as JSON.
local requests = {}
for text in io.open(os.getenv('REQUESTS'), 'rb'):read('*a'):gmatch('[^%z]+') do
  requests[#requests + 1] = text
end
math.randomseed(os.time())

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local errors = summary.errors
  local seconds = summary.duration / 1e6
  local answered = summary.requests - errors.status
  io.write(string.format(
    '{"rate":%f,"time":%f,"p99":%f,"answered":%d,"refused":%d,"failed":%d}\n',
    answered / seconds, latency.mean / 1e3, latency:percentile(99) / 1e3, answered, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
