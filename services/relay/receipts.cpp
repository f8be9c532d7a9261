#include "receipts.hpp"

namespace scop::relay {

v1::Receipt refused(unsigned code, std::string enhanced, std::string text) {
  v1::Receipt receipt;
  receipt.mutable_refused()->set_code(code);
  receipt.mutable_refused()->set_enhanced(std::move(enhanced));
  receipt.mutable_refused()->set_text(std::move(text));
  return receipt;
}

v1::Receipt deferred(unsigned code, std::string enhanced, std::string text) {
  v1::Receipt receipt;
  receipt.mutable_deferred()->set_code(code);
  receipt.mutable_deferred()->set_enhanced(std::move(enhanced));
  receipt.mutable_deferred()->set_text(std::move(text));
  return receipt;
}

v1::Receipt receipt_of(v1::Reply reply) {
  v1::Receipt receipt;
  *(reply.code() < 500 ? receipt.mutable_deferred() : receipt.mutable_refused()) = std::move(reply);
  return receipt;
}

v1::Receipt reply_for(const Error& error) {
  switch (error.kind) {
    case ErrorKind::malformed:
      return refused(554, "5.6.0", "The message is malformed");
    case ErrorKind::too_large:
      return refused(552, "5.3.4", "The message is too large");
    case ErrorKind::unsupported:
      return refused(554, "5.4.6", "Too many hops: the message is in a loop");
    case ErrorKind::denied:
      return refused(550, "5.7.1", "Not permitted");
    case ErrorKind::exhausted:
      return deferred(452, "4.3.1", "Not enough room, try again later");
    default:
      return deferred(451, "4.3.0", "Temporary trouble, try again later");
  }
}

}  // namespace scop::relay
