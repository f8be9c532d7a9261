// Keys and orders ⇄ the messages of scop.v1.Keys.
#pragma once

#include "scop/v1/signer.pb.h"
#include "signer/domain_keys.hpp"
#include "signer/key_ring.hpp"

namespace scop::signer {

v1::Key to_proto(const std::string& domain, const KeyStanding& standing);
// Of a domain whose ledger cannot be read: `why`.
v1::Key to_proto(const OwnKey& key, const std::string& why);

// malformed: another algorithm.
Outcome<RotationOrder> order_of(const v1::RotateRequest& request);

}  // namespace scop::signer
