// The DNS out of a file, for `scop verify --dns`: a master file (RFC 1035 5), or JSON of name → type →
// values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"

namespace scop::command {

class Zone {
 public:
  // JSON where the text begins with "{". Errors name the place.
  static Outcome<Zone> parse(std::string_view text);

  // CNAMEs followed, wildcards expanded (RFC 4592). A name that is not there: NXDOMAIN; a type that is not
  // there: no records. In a master file the names above a name are there (RFC 8020).
  dns::Answer look_up(const dns::Question& question) const;

 private:
  struct Entry {
    std::vector<std::string> records;
    bool fails = false;
    std::string why;
  };
  struct Node {
    std::map<dns::Type, Entry> types;
    Entry others;  // "*": of every type not named
    bool has_others = false;
  };
  friend class JsonReader;
  friend class MasterReader;
  const Node* find(std::string_view name) const;
  std::map<std::string, Node, std::less<>> nodes_;
};

// Lower case, one spelling for every escape, no last dot.
std::string zone_name(std::string_view name);

}  // namespace scop::command
