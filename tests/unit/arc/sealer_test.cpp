#include "arc/sealer.hpp"

#include <gtest/gtest.h>

#include "arc/sets.hpp"
#include "chain.hpp"

namespace scop::arc {
namespace {

TEST(Sealer, makes_chains_that_validate_with_either_kind_of_key) {
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    Chain chain(type);
    chain.seal_times(2);
    EXPECT_EQ(validate(chain.message, chain.records).status, ChainStatus::pass);
  }
}

TEST(Sealer, writes_no_line_over_78_columns) {
  Chain chain(dkim::KeyType::rsa);
  chain.message = "DKIM-Signature: v=1\r\nList-Id: <x>\r\nMIME-Version: 1.0\r\n" + chain.message;
  const auto set = chain.try_seal(ChainStatus::none).value();
  for (const auto& field : {"ARC-Seal:" + set.seal, "ARC-Message-Signature:" + set.signature,
                            "ARC-Authentication-Results:" + set.results}) {
    for (std::string_view rest = field; !rest.empty();) {
      const auto end = std::min(rest.find("\r\n"), rest.size());
      EXPECT_LE(end, 78U) << field;
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
  }
}

TEST(Sealer, ends_a_failed_chain_with_one_set_and_adds_nothing_behind_it) {
  Chain chain;
  chain.seal_times(1);
  chain.message.replace(chain.message.find("Hello"), 5, "Howdy");
  chain.seal(ChainStatus::fail);
  EXPECT_NE(chain.message.find("cv=fail"), std::string::npos);
  EXPECT_EQ(validate(chain.message, chain.records).status, ChainStatus::fail);
  EXPECT_EQ(chain.try_seal(ChainStatus::fail).error().kind, ErrorKind::conflict);
}

TEST(Sealer, never_claims_more_than_its_evidence) {
  Chain chain;
  chain.seal_times(1);
  // "none" was found where a chain stands: whoever found it saw another message.
  const auto set = chain.try_seal(ChainStatus::none).value();
  EXPECT_NE(set.seal.find("cv=fail"), std::string::npos);
}

}  // namespace
}  // namespace scop::arc
