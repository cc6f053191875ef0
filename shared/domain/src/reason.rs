//! Why a webhook changes no record.

/// Declares reasons with the words that answers and metrics use. The words hold no personal data.
macro_rules! reasons {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Returns the word that answers and metrics use. Dashboards count by it, so it never changes.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

reasons! {
    /// Why a webhook is no result of a call.
    NotAResult {
        /// An event while the call goes on: it has a `category`.
        StreamingEvent = "streaming_event",
        /// Bland's second payload, with the corrected transcript and without what decides the outcome.
        DelayedPayload = "delayed_payload",
        /// The call is not over.
        UnfinishedCall = "unfinished_call",
        /// Convoso names a call and no disposition.
        NoStatus = "no_status",
        /// The disposition is not a word.
        StatusNotValid = "status_not_valid",
    }
}

reasons! {
    /// Why a result or a lead belongs to no record.
    Unattached {
        /// It has no id of the call.
        NoCallId = "no_call_id",
        /// It has no phone number.
        NoNumber = "no_number",
        /// Its phone number cannot be one.
        NumberNotValid = "number_not_valid",
        /// It has no id of the lead.
        NoLeadId = "no_lead_id",
        /// Where the id of the lead should be is a placeholder of a template that was not filled.
        LeadIdIsAPlaceholder = "lead_id_is_a_placeholder",
        /// Without Convoso's id of the call a repeat could not be told apart.
        NoCallLogId = "no_call_log_id",
        /// It is a do-not-call without a usable number, and its lead and call are in no record.
        DoNotCall = "do_not_call_not_attached",
    }
}
