-- Whole visits of a questionnaire of one page: opens it, sends it with the cookie and the token it was given as a browser with its script
-- does, and reads the receipt, which is the answer.
-- Part of ops/bench/questionnaire:
--
--   wrk … -s questionnaire.lua URL -- NUMBER WORDS
--
-- Requests of one visit may go over different connections, as those of a browser do. Numbers are appended to the file $ACKNOWLEDGED.

local threads = {}

function setup(thread)
  thread:set("thread", #threads)
  table.insert(threads, thread)
end

local function encoded(text)
  return (text:gsub("[^%w]", function(byte) return string.format("%%%02X", byte:byte()) end))
end

function init(args)
  number, words = args[1], encoded(args[2])
  numbers, refused = {}, {}
  to_send = {}
  local source = io.open("/dev/urandom", "rb")
  local seed = 0
  for byte in source:read(6):gmatch(".") do seed = seed * 256 + byte:byte() end
  source:close()
  math.randomseed(seed + thread)
  common = " HTTP/1.1\r\nHost: bench\r\nAccept-Language: zh-CN\r\n"
end

-- What stands between two texts; by plain search, as patterns over whole pages would measure this program and not the server.
local function between(body, before, after)
  local _, last = body:find(before, 1, true)
  if not last then return nil end
  local first = body:find(after, last + 1, true)
  return first and body:sub(last + 1, first - 1)
end

local function address()
  local n = math.random(0, 19999)
  return "X-Forwarded-For: 10." .. n % 250 .. "." .. math.floor(n / 250) .. ".7\r\n"
end

function request()
  local form = table.remove(to_send)
  if not form then return "GET /questionnaires/" .. number .. "/fill" .. common .. address() .. "\r\n" end
  local body = "csrf=" .. form.token .. "&sheet=" .. form.sheet .. "&version=1&asked=q1+q2+q3+q4+q5&told=&receipt_here=on&do=send&a.q1=a&a.q2=a&a.q2=b&a.q3="
    .. math.random(1, 5) .. "&a.q4=" .. math.random(0, 20) .. "&a.q5=" .. words
  return "POST /questionnaires/" .. number .. "/fill/p" .. common .. "Cookie: " .. form.cookie .. "\r\n" .. address()
    .. "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function response(status, headers, body)
  local cookie = headers["Set-Cookie"] or headers["set-cookie"]
  local sheet = status == 200 and between(body, 'name="sheet" value="', '"')
  if sheet and cookie then
    to_send[#to_send + 1] = {
      sheet = sheet, token = encoded(between(body, 'name="csrf" value="', '"')), cookie = cookie:match("^[^;]+"),
    }
  elseif status == 200 and body:find('class="slip"', 1, true) then
    numbers[#numbers + 1] = between(body, '<dd class="digits">', '<')
  else
    refused[tostring(status)] = (refused[tostring(status)] or 0) + 1
  end
end

-- Prints how many visits ended with a receipt a second, and what else was answered.
function done(summary, latency, _)
  local out = io.open(os.getenv("ACKNOWLEDGED"), "a")
  local count, others = 0, {}
  for _, thread in ipairs(threads) do
    for _, number in ipairs(thread:get("numbers")) do
      out:write(number, "\n")
      count = count + 1
    end
    for status, times in pairs(thread:get("refused")) do others[status] = (others[status] or 0) + times end
  end
  out:close()
  local line = string.format("acknowledged %d rate %.0f p50 %.1f p99 %.1f errors %d", count, count / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout)
  for status, times in pairs(others) do line = line .. " status_" .. status .. " " .. times end
  print(line)
end
