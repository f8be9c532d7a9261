#include "domain_records/difference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scop::domain_records {

namespace {

using Kind = dns_update::Prerequisite::Kind;
using dns_update::add;

template <class Range>
bool holds(const Range& range, const std::string& value) {
  return std::ranges::find(range, value) != range.end();
}

// One name and type.
struct Place {
  std::vector<Record> wanted;
  std::vector<std::string> present;
  std::vector<std::string> stale;    // there, ours to remove
  std::vector<std::string> missing;  // wanted, not there
  std::vector<std::string> foreign;  // there, in the way, not ours
  std::uint32_t ttl = 0;
  bool wants(const std::string& rdata) const {
    return std::ranges::find(wanted, rdata, &Record::rdata) != wanted.end();
  }
  // After the removals nothing is left.
  bool empties() const { return stale.size() == present.size(); }
};

class Difference {
 public:
  Difference(const Wishes& wishes, const Present& present) : wishes_(wishes), present_(present) {
    plan_.update.zone = wishes.zone;
  }

  Plan run() {
    for (const auto& question : questions_for(wishes_)) survey(question);
    // Removals go first: an alias can only stand where nothing else does.
    for (const auto& [at, place] : places_) {
      if (settle_conflicts(at, place)) continue;
      remove(at, place);
    }
    for (const auto& [at, place] : places_) {
      if (!is_left_alone(at)) write(at, place);
    }
    plan_.update.changes = std::move(removals_);
    std::ranges::move(additions_, std::back_inserter(plan_.update.changes));
    return std::move(plan_);
  }

 private:
  bool is_taken(const dns::Question& at) const { return wishes_.taken.contains(at); }
  bool is_left_alone(const dns::Question& at) const {
    return std::ranges::find(plan_.conflicts, at, &Conflict::at) != plan_.conflicts.end();
  }
  bool was_written(const dns::Question& at, const std::string& rdata) const {
    return wishes_.written.contains({at.name, at.type, rdata});
  }

  void survey(const dns::Question& at) {
    auto& place = places_[at];
    for (const auto& record : wishes_.records) {
      if (record.name == at.name && record.type == at.type) place.wanted.push_back(record);
    }
    if (const auto found = present_.find(at); found != present_.end()) {
      place.present = found->second.records;
      place.ttl = found->second.ttl;
    }
    for (const auto& rdata : place.present) {
      if (place.wants(rdata)) continue;
      const bool is_in_way = std::ranges::any_of(
          place.wanted, [&](const Record& record) { return plays_part(record.kind, rdata); });
      if (was_written(at, rdata) || is_taken(at)) {
        if (was_written(at, rdata) || is_in_way || place.wanted.empty()) place.stale.push_back(rdata);
      } else if (is_in_way) {
        place.foreign.push_back(rdata);
      }
    }
    for (const auto& record : place.wanted) {
      if (!holds(place.present, record.rdata) && !holds(place.missing, record.rdata))
        place.missing.push_back(record.rdata);
    }
  }

  void conflict(const dns::Question& at, const dns::Question& blocked_by,
                const std::vector<std::string>& foreign, std::string_view why) {
    Conflict found{at, {}, {}};
    std::string shown;
    for (const auto& rdata : foreign) {
      found.foreign.push_back(zone_text(blocked_by.type, rdata));
      shown += (shown.empty() ? "" : ", ") + found.foreign.back();
    }
    found.why = fmt::format(
        "{} {}: {}: {}; remove it there, leave \"{}\" out of [dns] publish, or take it over "
        "with --take {}/{}",
        at.name, dns::name_of(at.type), why, shown, name_of(places_.at(at).wanted.front().kind),
        blocked_by.name, dns::name_of(blocked_by.type));
    plan_.conflicts.push_back(std::move(found));
    for (const auto& written : wishes_.written) {  // what of ours is there stays ours
      if (written.name == at.name && written.type == at.type && holds(places_.at(at).present, written.rdata))
        plan_.written.insert(written);
    }
  }

  // True: the place stays as it is.
  bool settle_conflicts(const dns::Question& at, const Place& place) {
    if (place.wanted.empty()) return false;
    if (!place.foreign.empty()) {
      conflict(at, at, place.foreign, "somebody else's record is there");
      return true;
    }
    for (const auto& [other_at, other] : places_) {
      const bool excludes = (at.type == dns::Type::cname) != (other_at.type == dns::Type::cname);
      if (other_at.name != at.name || !excludes || other.empties()) continue;
      conflict(at, other_at, other.present,
               at.type == dns::Type::cname ? "an alias cannot stand beside what is there"
                                           : "the name is an alias, nothing can stand beside it");
      return true;
    }
    return false;
  }

  void require(dns_update::Prerequisite prerequisite) {
    if (std::ranges::find(plan_.update.prerequisites, prerequisite) == plan_.update.prerequisites.end())
      plan_.update.prerequisites.push_back(std::move(prerequisite));
  }
  void require_as_seen(const dns::Question& at, const Place& place) {
    if (place.present.empty()) {
      require({Kind::absent, at.name, at.type, {}});
    } else {
      require({Kind::equals, at.name, at.type, place.present});
    }
  }

  void remove(const dns::Question& at, const Place& place) {
    if (place.stale.empty()) return;
    require_as_seen(at, place);
    for (const auto& rdata : place.stale) removals_.push_back(dns_update::remove(at.name, at.type, rdata));
  }

  // Nobody else's record shares the set, so that its TTL is ours to choose.
  bool has_set_alone(const Place& place) const {
    return std::ranges::all_of(place.present, [&](const std::string& rdata) {
      return place.wants(rdata) || holds(place.stale, rdata);
    });
  }

  void write(const dns::Question& at, const Place& place) {
    for (const auto& record : place.wanted) plan_.written.insert({at.name, at.type, record.rdata});
    if (place.wanted.empty()) return;
    const bool is_alone = has_set_alone(place);
    const bool has_other_ttl = is_alone && !place.present.empty() && place.ttl != wishes_.ttl;
    if (place.missing.empty() && !has_other_ttl) {
      plan_.unchanged += place.wanted.size();
      return;
    }
    require_as_seen(at, place);
    if (place.present.empty()) require_free(at);
    if (has_other_ttl) removals_.push_back(dns_update::remove_set(at.name, at.type));
    for (const auto& record : place.wanted) {
      const auto ttl = is_alone ? wishes_.ttl : place.ttl;
      if (has_other_ttl || holds(place.missing, record.rdata))
        additions_.push_back(add(at.name, at.type, ttl, record.rdata));
      else
        ++plan_.unchanged;
    }
  }

  // Primaries pass over, without a word, what cannot stand beside an alias (RFC 2136 3.4.2.2): so it is
  // asked.
  void require_free(const dns::Question& at) {
    if (at.type != dns::Type::cname) {
      const auto alias = places_.find({at.name, dns::Type::cname});
      if (alias == places_.end() || alias->second.present.empty())
        require({Kind::absent, at.name, dns::Type::cname, {}});
      return;
    }
    const bool is_bare = std::ranges::all_of(places_, [&](const auto& other) {
      return other.first.name != at.name || other.second.present.empty();
    });
    if (is_bare) require({Kind::name_free, at.name, dns::Type{}, {}});
  }

  const Wishes& wishes_;
  const Present& present_;
  std::map<dns::Question, Place> places_;
  std::vector<dns_update::Change> removals_;
  std::vector<dns_update::Change> additions_;
  Plan plan_;
};

}  // namespace

Plan difference(const Wishes& wishes, const Present& present) { return Difference(wishes, present).run(); }

}  // namespace scop::domain_records
