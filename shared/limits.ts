/** Every bound in one place; units last in the names. Nothing that comes from outside is looped over without one of these. */
export const LIMITS = {
  // What an owner may write
  rulesMax: 500,
  accountsMax: 100,
  nameCharsMax: 200,
  descriptionCharsMax: 2_000,
  ruleBytesMax: 16_384,
  actionsPerRuleMax: 20,
  conditionsPerRuleMax: 100,
  conditionDepthMax: 8,
  conditionTextCharsMax: 1_000,
  mailboxesPerRuleMax: 50,
  keywordsPerActionMax: 20,
  keywordCharsMax: 64,
  folderPathBytesMax: 512,
  templateBytesMax: 2_048,
  draftSubjectBytesMax: 500,
  draftRecipientsMax: 50,
  referencesMax: 50,
  requestBodyBytesMax: 262_144,
  pageSizeDefault: 50,
  pageSizeMax: 200,
  hostCharsMax: 253,
  userCharsMax: 320,
  passwordCharsMax: 1_024,
  caBytesMax: 16_384,
  tenantBytesMax: 128,
  vaultKeysMax: 8,
  idempotencyKeyCharsMax: 255,
  cursorCharsMax: 4_096,

  // What one answer of the API may cost
  connectionTestSeconds: 20,
  connectionTestSecondsMin: 1,
  readMessageSeconds: 20,
  segmentsPerAnswerMax: 32,
  changesPerAnswerMax: 10_000,
  journalReadsPerAnswerMax: 8,
  messagesPerActivityMax: 100,

  // The mirror and the journal (DynamoDB counts in 1 KB units)
  segmentItemBytesMax: 1_024,
  segmentFillShare: 0.85,
  segmentMessagesMax: 16_384,
  segmentCellsMax: 1_048_576,
  cursorPageBytesMax: 900,
  journalPartBytesMax: 4_096,
  foldersMax: 10_000,
  messagesPerFolderMax: 10_000_000,
  keywordsPerFolderMax: 1_000,
  writeAttemptsMax: 8,
  activityRetentionDays: 90,

  // One run of one account
  leaseSeconds: 360,
  runSeconds: 240,
  stopBeforeDeadlineSeconds: 15,
  messagesPerRunMax: 2_000,
  windowMessages: 500,
  massDeletionMessages: 50,
  massDeletionShare: 0.2,
  fullLookSeconds: 1_800,
  seedWritesAtOnce: 6,
  seedFoldersMin: 3,
  seedMessagesMin: 2_000,
  seedPieceMessages: 50_000,
  seedPartSourcesMax: 40,
  fetchBatchMessages: 200,
  uidSetBytesMax: 8_000,
  effectAttemptsMax: 3,
  lookupMessagesMax: 5_000,
  movedBackPagesMax: 10,

  // What is read of a message
  headerBytesMax: 65_536,
  bodyTextBytesMax: 65_536,
  peopleReadMax: 1_000,
  bodySourceBytesMax: 1_048_576,
  mimeDepthMax: 20,
  mimePartsMax: 200,

  // The connection
  resolveSeconds: 5,
  addressesPerHostMax: 32,
  connectSeconds: 10,
  greetingSeconds: 10,
  socketIdleSeconds: 30,
  literalBytesMax: 33_554_432,
  responseBytesMax: 67_108_864,

  // What is fetched by HTTPS: providers' tokens, autoconfig files
  httpsSeconds: 10,
  httpsBodyBytesMax: 262_144,

  // Tokens
  tokenMarginSeconds: 120,
  refreshLeaseSeconds: 60,
  authorizationSeconds: 900,
  tokenCharsMax: 16_384,

  // Listing many folders in bulk
  bulkCommandsOutstanding: 64,
  bulkCommandsOutstandingMax: 1_024,
  bulkResponseBytesMax: 16_777_216,
  bulkLiteralBytesMax: 1_048_576,
  bulkFolderNameBytesMax: 4_096,
  bulkCombinationBytesMax: 4_194_304,
  bulkFlagCacheEntriesMax: 4_096,
  bulkFlagCacheBytesMax: 1_048_576,
  bulkSearchKeywordsMax: 12,
  bulkWaitingBytesMax: 16_777_216,

  // The schedule
  accountsPerCheckMax: 25,
  connectionsAtOnceMax: 25,
  pollShards: 4,
  pollSecondsDefault: 60,
  pollSecondsAllowed: [60, 300, 900, 3_600],
} as const;

export type Limits = typeof LIMITS;
