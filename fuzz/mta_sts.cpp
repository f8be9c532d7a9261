// What a domain publishes for MTA-STS, and the file in which its policies are kept; the first octet chooses.
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "mta_sts/cache.hpp"
#include "mta_sts/record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  using namespace scop::mta_sts;
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto text = octets.substr(1);
  const Time now{std::chrono::milliseconds(1'800'000'000'000)};
  if (octets.front() == 'r') {
    if (const auto record = parse_record(text)) ENSURE(*parse_record("v=STSv1; id=" + record->id) == *record);
  } else if (octets.front() == 'p') {
    const auto policy = parse_policy(text);
    if (!policy) return 0;
    std::string again;
    for (const auto& line : lines_of(*policy)) again += line + "\n";
    if (again.size() <= most_octets) ENSURE(*parse_policy(again) == *policy);
    for (const auto& pattern : policy->mx) ENSURE(pattern.starts_with('*') || names(*policy, pattern));
    Cache cache;
    cache.keep("a.example", {"1", now, *policy}, now);
    ENSURE(Cache::from_text(cache.to_text(), now)->to_text() == cache.to_text());
  } else if (const auto cache = Cache::from_text(text, now)) {
    ENSURE(Cache::from_text(cache->to_text(), now)->to_text() == cache->to_text());
  }
  return 0;
}
