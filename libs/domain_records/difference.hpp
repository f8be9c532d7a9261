// From what a primary has to what it should have: the update (RFC 2136) that gets there without touching
// anyone else's records. Pure.
//
// Ours is what we wrote before (`written`), or what is there and just as wanted. A record that is not ours
// and stands in the way – another MX, a second SPF record, a CNAME at the name – is a conflict: that name and
// type stay as they are until the administrator removes it or says --take. The update's prerequisites are the
// sets as they were seen: where one has changed since, the primary changes nothing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "dns/question.hpp"
#include "dns_update/update.hpp"
#include "domain_records/record.hpp"

namespace scop::domain_records {

struct Set {
  std::vector<std::string> records;  // RDATA
  std::uint32_t ttl = 0;
  bool operator==(const Set&) const = default;
};
using Present = std::map<dns::Question, Set>;

// A record that we wrote.
struct Written {
  std::string name;
  dns::Type type = dns::Type::txt;
  std::string rdata;
  auto operator<=>(const Written&) const = default;
};

struct Conflict {
  dns::Question at;
  std::vector<std::string> foreign;  // in zone file form
  std::string why;                   // one line, with what to do
};

struct Plan {
  dns_update::Update update;  // without changes: nothing to do
  std::vector<Conflict> conflicts;
  std::set<Written> written;  // ours once the update is done
  std::size_t unchanged = 0;
};

struct Wishes {
  std::string zone;
  std::vector<Record> records;  // within the zone, placeholders left out
  std::set<Written> written;    // likewise
  std::set<dns::Question> taken;
  std::uint32_t ttl = 3600;
};

// What `difference` must know.
std::set<dns::Question> questions_for(const Wishes& wishes);

Plan difference(const Wishes& wishes, const Present& present);

// The longest of `zones` that holds the name; empty: none.
std::string zone_of(std::string_view name, const std::vector<std::string>& zones);

}  // namespace scop::domain_records
