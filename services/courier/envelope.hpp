// The relay's AttemptEnvelope as the client machine's transaction; addresses that are none are decided here.
#pragma once

#include <vector>

#include "scop/v1/courier.pb.h"
#include "smtp_client/transaction.hpp"

namespace scop::courier {

struct Plan {
  smtp_client::Transaction transaction;
  std::vector<int> indices;     // of the transaction's recipients in the envelope
  std::vector<int> unreadable;  // recipients that are no addresses: 5.1.3
  bool bad_reverse_path = false;
};

Plan plan_of(const v1::AttemptEnvelope& envelope);

}  // namespace scop::courier
