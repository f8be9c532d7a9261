#include "risk/methods.hpp"

#include <algorithm>
#include <array>

namespace scop::risk {

namespace {

constexpr DataSet nothing;
constexpr DataSet mail = DataSet(Data::bodies) | Data::contacts | Data::client_addresses;
constexpr std::string_view throttled = "throttles in accounts, by the calling daemon";
constexpr std::string_view nothing_holds = "nothing: it is the administrator's";

constexpr std::array rows{
    Method{"scop.v1.Accounts/Authenticate", "accounts", Data::passwords | Data::client_addresses,
           Data::addresses, "try passwords of any login; have a grant for a login whose password it knows",
           throttled},
    Method{"scop.v1.Accounts/ScramBegin", "accounts", Data::client_addresses, Data::addresses,
           "begin SCRAM exchanges for any login", "salts are made up for unknown logins"},
    Method{"scop.v1.Accounts/ScramFinish", "accounts", nothing, Data::addresses,
           "try proofs of app passwords", "app passwords have 125 random bits"},
    Method{"scop.v1.Accounts/Reserve", "accounts", Data::addresses, nothing,
           "use up the hourly allowance of any account", "no mail is sent by it"},
    Method{"scop.v1.Stage/Pass", "signer", mail, nothing,
           "have mail signed and queued in the name of whoever holds a valid grant; the relay bounces and "
           "forwards, the verifier reports",
           "grants are signed by accounts, name the edge and expire; other roles are bound to their caller"},
    Method{"scop.v1.Stage/Outcome", "signer", nothing, nothing,
           "ask whether one of its own messages is committed", "ids are bound to the edge that drew them"},
    Method{"scop.v1.Stage/Pass", "relay", mail, nothing,
           "put messages into the queue: from the signer's path for anyone in the world, from the verifier's "
           "for our mailboxes",
           "the relay resolves the recipients of the verifier's path at accounts and refuses the rest"},
    Method{"scop.v1.Stage/Outcome", "relay", nothing, nothing, "ask whether a message is committed",
           "ids are random, 128 bits"},
    Method{"scop.v1.Accounts/Resolve", "accounts", Data::addresses, Data::addresses,
           "ask for any address where its mail goes", "one address at a time"},
    Method{"scop.v1.Accounts/ReportUsage", "accounts", Data::addresses, nothing,
           "tell that a mailbox is full or empty", "quotas alone depend on it"},
    Method{"scop.v1.Courier/Attempt", "courier", Data::bodies | Data::contacts, Data::client_addresses,
           "send any message to any address in the world", "TLS policies, and the SPF check of the sender"},
    Method{"scop.v1.Courier/FindReportPolicy", "courier", nothing, nothing, "have a DNS record looked up",
           "one kind of record"},
    Method{"scop.v1.Courier/PostReport", "courier", Data::report_data, nothing,
           "have up to 1 MiB posted to any HTTPS address",
           "a verified certificate; no answer but its status"},
    Method{"scop.v1.Accounts/CheckRecipient", "accounts", Data::addresses | Data::client_addresses,
           Data::addresses, "find out which addresses exist",
           "unknown ones are counted for each connection and all together"},
    Method{"scop.v1.Resolver/Lookup", "resolver", nothing, nothing,
           "look up any name in the DNS: a slow way out for data", "questions alone leave, by the resolver"},
    Method{"scop.v1.Spamfilter/Reputation", "spamfilter", Data::client_addresses, Data::client_addresses,
           "ask what is known of an address", "shares of spam, no mail"},
    Method{"scop.v1.Stage/Pass", "spamfilter", mail, nothing,
           "hand in messages with made-up facts about the client",
           "our own recipients alone; the verifier judges by what it is told of the client"},
    Method{"scop.v1.Stage/Outcome", "spamfilter", nothing, nothing,
           "ask whether one of its own messages is committed", "ids are bound to the edge that drew them"},
    Method{"scop.v1.Stage/Pass", "verifier", mail, nothing,
           "hand in messages unlabelled, with made-up facts about the client",
           "our own recipients alone; DKIM and DMARC are judged from the message"},
    Method{"scop.v1.Stage/Outcome", "verifier", nothing, nothing,
           "ask whether one of its own messages is committed", "ids are bound to the edge that drew them"},
    Method{"scop.v1.Accounts/Lookup", "accounts", Data::addresses, Data::addresses,
           "ask whether a user exists", "one login at a time"},
    Method{"scop.v1.Spamfilter/Train", "spamfilter", Data::bodies | Data::addresses, nothing,
           "teach the filter: a user's own model, or as the operator any",
           "a lesson counts once a message and model"},
    Method{"scop.v1.Accounts/HostedDomains", "accounts", nothing, nothing,
           "learn the names of the hosted domains", "they are public"},
    Method{"scop.v1.AccountsAdmin/AddDomain", "accounts", nothing, nothing, "host further domains",
           nothing_holds},
    Method{"scop.v1.AccountsAdmin/ListDomains", "accounts", nothing, nothing, "list the domains",
           "they are public"},
    Method{"scop.v1.AccountsAdmin/AddUser", "accounts", Data::passwords | Data::addresses, nothing,
           "make users", nothing_holds},
    Method{"scop.v1.AccountsAdmin/SetPassword", "accounts", Data::passwords | Data::addresses, nothing,
           "set anyone's password, and so log in as anyone", nothing_holds},
    Method{"scop.v1.AccountsAdmin/SetDisabled", "accounts", Data::addresses, nothing, "lock anyone out",
           nothing_holds},
    Method{"scop.v1.AccountsAdmin/SetQuota", "accounts", Data::addresses, nothing, "keep mail from a mailbox",
           nothing_holds},
    Method{"scop.v1.AccountsAdmin/RemoveUser", "accounts", Data::addresses, nothing, "remove users",
           "the mailbox stays on disk"},
    Method{"scop.v1.AccountsAdmin/ListUsers", "accounts", nothing, Data::addresses, "list all users",
           "no password or hash is told"},
    Method{"scop.v1.AccountsAdmin/AddAppPassword", "accounts", Data::addresses, Data::passwords,
           "make an app password for anyone, and so log in as anyone", nothing_holds},
    Method{"scop.v1.AccountsAdmin/RemoveAppPassword", "accounts", Data::addresses, nothing,
           "remove app passwords", nothing_holds},
    Method{"scop.v1.AccountsAdmin/AddAlias", "accounts", Data::addresses, nothing,
           "send anyone's mail elsewhere", nothing_holds},
    Method{"scop.v1.AccountsAdmin/RemoveAlias", "accounts", Data::addresses, nothing, "remove aliases",
           nothing_holds},
    Method{"scop.v1.AccountsAdmin/ListAliases", "accounts", nothing, Data::addresses, "list all aliases",
           nothing_holds},
    Method{"scop.v1.Queue/List", "relay", nothing, Data::contacts, "see who writes to whom in the queue",
           "finished messages for seven days"},
    Method{"scop.v1.Queue/Show", "relay", nothing, Data::contacts | Data::bodies,
           "read the header of a queued message", "no body is told"},
    Method{"scop.v1.Queue/Act", "relay", nothing, nothing, "hold, drop or bounce queued mail", nothing_holds},
    Method{"scop.v1.Keys/List", "signer", nothing, nothing, "list the DKIM keys' public halves",
           "private halves never leave the signer"},
    Method{"scop.v1.Keys/Publish", "signer", nothing, nothing, "have the keys' records published",
           "the keys' own records alone"},
    Method{"scop.v1.Keys/Rotate", "signer", nothing, nothing,
           "have keys replaced, or all revoked: mail waits until new ones are seen", nothing_holds},
    Method{"scop.v1.Courier/Explain", "courier", nothing, nothing, "ask how mail for a domain would go",
           "nothing is sent"},
    Method{"scop.v1.TlsReports/Pending", "relay", nothing, Data::report_data, "see which reports wait", ""},
    Method{"scop.v1.TlsReports/Send", "relay", nothing, Data::report_data, "send waiting reports now", ""},
    Method{"scop.v1.ResolverAdmin/Statistics", "resolver", nothing, nothing, "read counters", ""},
    Method{"scop.v1.ResolverAdmin/Flush", "resolver", nothing, nothing, "empty the cache: slower mail", ""},
    Method{"scop.v1.Spamfilter/Statistics", "spamfilter", nothing, nothing, "read counters", ""},
    Method{"scop.v1.Reports/Pending", "verifier", nothing, Data::report_data, "see which reports wait", ""},
    Method{"scop.v1.Reports/Send", "verifier", nothing, Data::report_data, "send waiting reports now", ""},
    Method{"scop.v1.Daemon/Status", "", nothing, nothing, "learn which walls stand and which do not",
           "it changes nothing"},
    Method{"scop.v1.Daemon/Metrics", "", nothing, nothing, "read counters", "no names or addresses"},
};

}  // namespace

std::span<const Method> methods() { return rows; }

const Method* find_method(std::string_view name, std::string_view callee) {
  const auto found = std::ranges::find_if(rows, [&](const Method& row) {
    return row.name == name && (row.callee.empty() || row.callee == callee);
  });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace scop::risk
