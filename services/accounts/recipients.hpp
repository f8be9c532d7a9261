// The receiver's question at RCPT: does mail for this address go anywhere, and is there room? Unknown
// addresses are counted per calling daemon and connection, and for each daemon together, so that nobody
// fishes for names; never by an address that a caller claims. Time is an argument.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "accounts/directory.hpp"
#include "accounts/resolve.hpp"
#include "core/clock.hpp"
#include "core/recent.hpp"
#include "credentials/rate.hpp"
#include "scop/v1/accounts.pb.h"

namespace scop::accounts {

struct RecipientRules {
  unsigned unknown_per_connection = 25;  // then every answer of the connection is THROTTLED
  unsigned unknown_per_second = 20;      // of one daemon's connections together; bursts of ten times as many
  std::size_t most_connections = 100'000;
};

class Recipients {
 public:
  Recipients(Directory& directory, const ResolveRules& resolve_rules, RecipientRules rules)
      : directory_(directory),
        resolve_rules_(resolve_rules),
        rules_(rules),
        unknown_(rules.most_connections) {}

  Outcome<v1::CheckRecipientReply> check(std::string_view daemon, const v1::CheckRecipientRequest& request,
                                         Deadline now);

 private:
  credentials::Rate& rate_of(std::string_view daemon, Deadline now);
  Outcome<v1::CheckRecipientReply::Result> look_up(std::string_view address);

  Directory& directory_;
  const ResolveRules& resolve_rules_;
  RecipientRules rules_;
  std::map<std::string, credentials::Rate, std::less<>> rates_;
  Recent<unsigned> unknown_;  // by daemon and connection
};

}  // namespace scop::accounts
