// Delivery to our own mailboxes: Maildir, with Return-Path (RFC 5321 4.4) and Delivered-To on top.
#pragma once

#include <filesystem>
#include <string>

#include "desk.hpp"
#include "files/postman.hpp"

namespace scop::relay {

class LocalDelivery {
 public:
  LocalDelivery(std::filesystem::path mail_folder, std::string host, Desk& desk, files::Postman& postman,
                const files::Spool& spool)
      : mail_folder_(std::move(mail_folder)),
        host_(std::move(host)),
        desk_(desk),
        postman_(postman),
        spool_(spool) {}

  // `mailbox`: user@domain. Once it succeeds the message is durable there, once however often it is repeated.
  Task<Outcome<>> deliver(ActivePtr active, std::int64_t position, std::string mailbox);

 private:
  std::filesystem::path mail_folder_;
  std::string host_;
  Desk& desk_;
  files::Postman& postman_;
  const files::Spool& spool_;
};

}  // namespace scop::relay
