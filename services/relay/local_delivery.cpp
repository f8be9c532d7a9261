#include "local_delivery.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace scop::relay {

Task<Outcome<>> LocalDelivery::deliver(ActivePtr active, std::int64_t position, std::string mailbox) {
  const auto at = mailbox.rfind('@');
  const auto user = mailbox.substr(0, at);
  const auto domain = at == std::string::npos ? std::string{} : mailbox.substr(at + 1);
  if (!files::is_safe_component(user) || !files::is_safe_component(domain)) {
    co_return failure(ErrorKind::broken, "accounts named a mailbox that cannot be a folder");
  }
  auto octets = co_await desk_.octets_of(active);
  if (!octets) co_return std::unexpected(std::move(octets.error()));
  const auto& message = active->message;
  const auto top = fmt::format("Return-Path: <{}>\r\nDelivered-To: {}\r\n", message.reverse_path, mailbox);
  files::MaildirDelivery delivery{.mailbox = mail_folder_ / domain / user};
  // Derived from message and recipient: a delivery repeated after a crash finds its file.
  delivery.name = fmt::format("{}.{}_{}.{}", message.received.time_since_epoch().count() / 1000,
                              message.id.text(), position, host_);
  delivery.octets = {top, **octets};
  if (!message.spool.empty()) delivery.rest = spool_.path(message.spool);
  delivery.may_be_there = !active->fresh;
  co_return co_await postman_.deliver(std::move(delivery));
}

}  // namespace scop::relay
