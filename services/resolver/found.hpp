// One resolved question: for the mesh as a value, for ordinary tools as octets.
#pragma once

#include <string>

#include "dns/answer.hpp"

namespace scop::resolver {

struct Found {
  dns::Answer answer;
  std::string packet;      // the answer in wire form, with its DNSSEC records; may be empty where it failed
  bool transient = false;  // of our own making (too busy, closing down): says nothing about the name
  bool operator==(const Found&) const = default;

  bool has_failed() const {
    return answer.validation == dns::Validation::bogus ||
           (answer.rcode != dns::Rcode::no_error && answer.rcode != dns::Rcode::nx_domain);
  }
};

}  // namespace scop::resolver
