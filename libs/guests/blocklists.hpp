// DNS blocklists (RFC 5782): which lists name the client's address, and what that weighs together. An answer
// within 127.0.0.0/8 is a listing; 127.255.255.0/24 says that the list does not answer us (refused query,
// public resolver, typing error), any other address that the name is in other hands now: errors, like
// timeouts and SERVFAIL, and errors list nobody. Sans I/O, in the way of all decisions that wait for DNS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dns/address.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"

namespace scop::guests {

struct Blocklist {
  std::string zone;     // "zen.example"
  unsigned score = 10;  // what a listing weighs
  bool operator==(const Blocklist&) const = default;
};

enum class Listing : std::uint8_t { unknown, not_listed, listed, error };

struct ListAnswer {
  Listing listing = Listing::unknown;
  std::string why;  // the answer's addresses, or what was wrong
  bool operator==(const ListAnswer&) const = default;
};

ListAnswer read_list_answer(const dns::Answer& answer);

class Blocklists {
 public:
  Blocklists(const dns::Address& client, std::vector<Blocklist> lists);

  std::vector<dns::Question> wanted() const;
  void answer(const dns::Question& question, const dns::Answer& answer);
  bool done() const;

  // What is known so far; lists without an answer count as nothing.
  unsigned score() const;
  std::vector<std::string> listed_by() const;     // zones
  std::vector<std::string> errors() const;        // "zen.example: SERVFAIL"
  std::vector<std::string> observations() const;  // "dnsbl:zen.example"

 private:
  struct Asked {
    Blocklist list;
    dns::Question question;
    ListAnswer answer;
  };
  std::vector<Asked> asked_;
};

}  // namespace scop::guests
