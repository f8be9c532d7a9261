// Delivery to mailboxes that another server keeps, by LMTP (RFC 2033): one transaction for a message's
// recipients there, a reply for each of them. What is junk travels as X-Spam-Flag, which Sieve scripts know.
#pragma once

#include "lmtp_pool.hpp"
#include "routing.hpp"

namespace scop::relay {

// The header with our X-Spam-Flag alone: YES where the copy is junk, none where it is not, whatever stood
// there. `octets`: the header, and behind the empty line anything.
std::string with_flag(std::string_view octets, bool junk);

class LmtpDelivery {
 public:
  LmtpDelivery(asio::io_context& io, std::vector<settings::LmtpRoute> routes, std::string host,
               bool subaddresses, const Log& log, Desk& desk, files::Pool& pool, const files::Spool& spool);

  // Whose mailboxes lie there; null: in our own folders.
  const settings::LmtpRoute* route_of(std::string_view mailbox) const;
  // Recipients of one route and one kind; records what became of each. The caller enters and leaves the desk.
  Task<> deliver(ActivePtr active, const settings::LmtpRoute& route, std::vector<Routes::Local> locals);

 private:
  struct Ended {
    smtp_client::Report report;
    std::optional<smtp_client::Trouble> trouble;  // nobody was asked
  };
  Task<Outcome<Ended>> perform(const settings::LmtpRoute& route, smtp_client::Transaction transaction,
                               Octets octets, std::string file);
  smtp_client::Transaction transaction_of(const QueuedMessage& message,
                                          const std::vector<Routes::Local>& locals) const;
  void note(Active& active, const settings::LmtpRoute& route, const Routes::Local& local,
            const smtp_client::RecipientResult& result);

  std::vector<settings::LmtpRoute> routes_;
  bool subaddresses_;
  const Log& log_;
  Desk& desk_;
  files::Pool& pool_;
  const files::Spool& spool_;
  LmtpPool connections_;
};

}  // namespace scop::relay
