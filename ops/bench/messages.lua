-- Asks for pages one after the other, each reader from an address of its own, and prints how long they took. Part of ops/bench/messages:
--
--   wrk … -s messages.lua URL -- PATHS [COOKIE]
--
-- PATHS holds a path a line. Anything but 200 is counted.

local threads = {}

function setup(thread)
  thread:set("thread", #threads)
  table.insert(threads, thread)
end

function init(args)
  paths, others, asked = {}, 0, thread * 7919
  for path in io.lines(args[1]) do table.insert(paths, path) end
  cookie = args[2] and "Cookie: " .. args[2] .. "\r\n" or ""
end

function request()
  asked = asked + 1
  -- From 20,000 addresses: who asks too often is asked to wait.
  local n = asked * 7 % 20000
  return "GET " .. paths[asked % #paths + 1] .. " HTTP/1.1\r\nHost: bench\r\nAccept-Language: zh-CN\r\n" .. cookie
    .. "X-Forwarded-For: 10." .. n % 250 .. "." .. math.floor(n / 250) .. "." .. thread + 1 .. "\r\n\r\n"
end

function response(status)
  if status ~= 200 then others = others + 1 end
end

-- Prints pages, milliseconds within which 50 and 95 of 100 came, and how many answers were none.
function done(summary, latency, _)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do failed = failed + thread:get("others") end
  print(string.format("pages %d p50 %.2f p95 %.2f failed %d", summary.requests, latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, failed))
end
