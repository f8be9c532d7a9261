#include "stage/ending.hpp"

#include <utility>

namespace scop::stage {

Refusal refusal(unsigned code, std::string_view enhanced, std::string text, std::string reason) {
  Refusal made;
  made.reply.set_code(code);
  made.reply.set_enhanced(std::string(enhanced));
  made.reason = reason.empty() ? text : std::move(reason);
  made.reply.set_text(std::move(text));
  return made;
}

std::unexpected<Ending> refused(Refusal refusal) { return std::unexpected<Ending>(std::move(refusal)); }

std::unexpected<Ending> voided(std::string why, bool denied) {
  return std::unexpected<Ending>(Void{denied, std::move(why)});
}

v1::Receipt receipt_of(const v1::Reply& reply) {
  v1::Receipt receipt;
  *(reply.code() >= 500 ? receipt.mutable_refused() : receipt.mutable_deferred()) = reply;
  return receipt;
}

}  // namespace scop::stage
