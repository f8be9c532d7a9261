#include "local_delivery.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::relay {

std::string folder_of_detail(std::string_view detail) {
  const bool is_name = !detail.empty() && detail.size() <= 64 && std::ranges::all_of(detail, [](char c) {
    return ascii::is_alnum(c) || c == '-' || c == '_';
  });
  return is_name ? std::string(detail) : std::string{};
}

Task<Outcome<>> LocalDelivery::deliver(ActivePtr active, Routes::Local local) {
  const auto& mailbox = local.mailbox;
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
  files::MaildirDelivery delivery{.mailbox = settings_.mail_folder / domain / user};
  // Derived from message and recipient: a delivery repeated after a crash finds its file.
  delivery.name = fmt::format("{}.{}_{}.{}", message.received.time_since_epoch().count() / 1000,
                              message.id.text(), local.position, host_);
  if (active->at(local.position)->junk) {
    delivery.subfolder = "Junk";
  } else if (settings_.subaddress_folders) {
    delivery.subfolder = folder_of_detail(local.detail);
    // The owner makes such folders: a stranger who writes to user+anything@ makes none.
    delivery.subfolder_must_exist = true;
  }
  delivery.octets = {top, **octets};
  if (!message.spool.empty()) delivery.rest = spool_.path(message.spool);
  delivery.may_be_there = !active->fresh;
  co_return co_await postman_.deliver(std::move(delivery));
}

}  // namespace scop::relay
