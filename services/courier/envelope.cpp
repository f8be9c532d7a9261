#include "courier/envelope.hpp"

#include "core/ascii.hpp"
#include "dns/domain.hpp"

namespace scop::courier {

namespace {

// A U-label domain beside an ASCII local part needs no SMTPUTF8: the A-labels say the same.
void spare_smtputf8(smtp::Path& path) {
  if (ascii::is_all_ascii(path.domain) || !ascii::is_all_ascii(path.local_part)) return;
  if (auto domain = dns::to_a_labels(path.domain)) path.domain = std::move(*domain);
}

smtp::Ret to_ret(v1::Ret ret) {
  if (ret == v1::RET_FULL) return smtp::Ret::full;
  return ret == v1::RET_HDRS ? smtp::Ret::hdrs : smtp::Ret::unspecified;
}

}  // namespace

Plan plan_of(const v1::AttemptEnvelope& envelope) {
  Plan plan;
  auto& transaction = plan.transaction;
  transaction.smtputf8 = envelope.smtputf8();
  transaction.eight_bit = envelope.eight_bit();
  transaction.requiretls = envelope.requiretls();
  transaction.size = envelope.size();
  transaction.ret = to_ret(envelope.ret());
  transaction.envid = envelope.envid();
  if (!envelope.reverse_path().empty()) {
    auto path = smtp::parse_mailbox(envelope.reverse_path());
    plan.bad_reverse_path = !path;
    if (path) transaction.reverse_path = std::move(*path);
  }
  if (!transaction.smtputf8) spare_smtputf8(transaction.reverse_path);
  bool utf8 = transaction.reverse_path.needs_smtputf8();
  for (int i = 0; i < envelope.recipients_size(); ++i) {
    const auto& recipient = envelope.recipients(i);
    auto path = smtp::parse_mailbox(recipient.address());
    if (!path) {
      plan.unreadable.push_back(i);
      continue;
    }
    if (!transaction.smtputf8) spare_smtputf8(*path);
    utf8 = utf8 || path->needs_smtputf8();
    transaction.recipients.push_back({std::move(*path), recipient.notify(), recipient.orcpt()});
    plan.indices.push_back(i);
  }
  transaction.smtputf8 = transaction.smtputf8 || utf8;
  return plan;
}

}  // namespace scop::courier
