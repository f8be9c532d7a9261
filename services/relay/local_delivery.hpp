// Delivery to our own mailboxes: Maildir, with Return-Path (RFC 5321 4.4) and Delivered-To on top.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "desk.hpp"
#include "files/postman.hpp"
#include "routing.hpp"

namespace scop::relay {

struct LocalSettings {
  std::filesystem::path mail_folder;
  bool subaddress_folders = false;
};

// "lists" of user+lists@ as the name of a folder; empty: it cannot be one.
std::string folder_of_detail(std::string_view detail);

// <folder>/<domain>/<local part>; nullopt: the mailbox cannot be a folder.
std::optional<std::filesystem::path> folder_of_mailbox(const std::filesystem::path& folder,
                                                       std::string_view mailbox);

class LocalDelivery {
 public:
  LocalDelivery(LocalSettings settings, std::string host, Desk& desk, files::Postman& postman,
                const files::Spool& spool)
      : settings_(std::move(settings)),
        host_(std::move(host)),
        desk_(desk),
        postman_(postman),
        spool_(spool) {}

  // Where `local` says; junk into the folder Junk, a subaddress into the folder of that name where there is
  // one. Once it succeeds the message is durable there, once however often it is repeated. Its octets.
  Task<Outcome<std::uint64_t>> deliver(ActivePtr active, Routes::Local local);

 private:
  LocalSettings settings_;
  std::string host_;
  Desk& desk_;
  files::Postman& postman_;
  const files::Spool& spool_;
};

}  // namespace scop::relay
