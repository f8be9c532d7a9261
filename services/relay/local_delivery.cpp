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

std::optional<std::filesystem::path> folder_of_mailbox(const std::filesystem::path& folder,
                                                       std::string_view mailbox) {
  const auto at = mailbox.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto user = mailbox.substr(0, at);
  const auto domain = mailbox.substr(at + 1);
  if (!files::is_safe_component(user) || !files::is_safe_component(domain)) return std::nullopt;
  return folder / domain / user;
}

Task<Outcome<std::uint64_t>> LocalDelivery::deliver(ActivePtr active, Routes::Local local) {
  const auto& mailbox = local.mailbox;
  auto folder = folder_of_mailbox(settings_.mail_folder, mailbox);
  if (!folder) {
    co_return failure(ErrorKind::broken, "accounts named a mailbox that cannot be a folder");
  }
  auto octets = co_await desk_.octets_of(active);
  if (!octets) co_return std::unexpected(std::move(octets.error()));
  const auto& message = active->message;
  const auto top = fmt::format("Return-Path: <{}>\r\nDelivered-To: {}\r\n", message.reverse_path, mailbox);
  files::MaildirDelivery delivery{.mailbox = std::move(*folder)};
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
  std::uint64_t size = top.size() + (*octets)->size();
  if (!message.spool.empty()) {
    delivery.rest = spool_.path(message.spool);
    std::error_code error;
    const auto rest = std::filesystem::file_size(delivery.rest, error);
    if (!error) size += rest;
  }
  delivery.may_be_there = !active->fresh;
  auto done = co_await postman_.deliver(std::move(delivery));
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return size;
}

}  // namespace scop::relay
